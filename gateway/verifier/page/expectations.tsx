// What the reader knows from elsewhere: the gateway, and a block of the ledger with a state proof under it.

import { useState } from 'preact/hooks';
import type { Expectation } from '../judged-file.js';
import type { Messages } from '../messages-en.js';

const addressPattern = /^0x[0-9a-f]{40}$/i;
const hashPattern = /^0x[0-9a-f]{64}$/i;

interface ExpectationsProps {
  readonly messages: Messages;
  readonly given: Expectation;
  readonly onChange: (expectation: Expectation) => void;
}

export function Expectations({ messages, given, onChange }: ExpectationsProps) {
  const [gateway, setGateway] = useState(given.gateway ?? '');
  const [blockHash, setBlockHash] = useState(given.state?.blockHash ?? '');
  const [proof, setProof] = useState(given.state?.proof ?? '');
  const isGatewayWrong = gateway !== '' && !addressPattern.test(gateway);
  const isBlockWrong = blockHash !== '' && !hashPattern.test(blockHash);

  const submit = (event: Event) => {
    event.preventDefault();
    if (isGatewayWrong || isBlockWrong) return;
    onChange({
      ...(gateway === '' ? {} : { gateway }),
      ...(blockHash === '' || proof === '' ? {} : { state: { blockHash, proof } }),
    });
  };

  return (
    <form class="expectations" onSubmit={submit} noValidate>
      <h2>{messages.knownHeading}</h2>
      <Field
        id="expected-gateway"
        label={messages.gatewayLabel}
        hint={messages.gatewayHint}
        problem={isGatewayWrong ? messages.gatewayWrong : ''}
        value={gateway}
        onValue={setGateway}
      />
      <details>
        <summary>{messages.ledgerHeading}</summary>
        <p class="hint">{messages.ledgerHint}</p>
        <Field
          id="trusted-block"
          label={messages.blockLabel}
          hint={messages.bothNeeded}
          problem={isBlockWrong ? messages.blockWrong : ''}
          value={blockHash}
          onValue={setBlockHash}
        />
        <label for="state-proof">{messages.proofLabel}</label>
        <textarea
          id="state-proof"
          rows={4}
          spellcheck={false}
          value={proof}
          onInput={({ currentTarget }) => setProof(currentTarget.value.trim())}
        />
        <label for="state-proof-file">{messages.proofFile}</label>
        <input
          id="state-proof-file"
          type="file"
          onChange={async ({ currentTarget }) => setProof((await currentTarget.files?.[0]?.text()) ?? '')}
        />
      </details>
      <button type="submit" disabled={isGatewayWrong || isBlockWrong}>
        {messages.check}
      </button>
    </form>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly problem: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function Field({ id, label, hint, problem, value, onValue }: FieldProps) {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        class="code"
        autocomplete="off"
        spellcheck={false}
        value={value}
        aria-describedby={`${id}-hint ${id}-problem`}
        aria-invalid={problem !== ''}
        onInput={({ currentTarget }) => onValue(currentTarget.value.trim())}
      />
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <p class="problem" id={`${id}-problem`} aria-live="polite">
        {problem}
      </p>
    </>
  );
}
