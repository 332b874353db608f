// Every check in plain words, with the verifier's own words below: what is proven, what is not, what contradicts.

import type { Check } from '../../../ledger-sync/evidence/verify-check.js';
import type { Messages } from '../messages-en.js';

interface ChecksProps {
  readonly checks: readonly Check[];
  readonly messages: Messages;
}

export function Checks({ checks, messages }: ChecksProps) {
  const of = (outcome: Check['outcome']) => checks.filter((check) => check.outcome === outcome);
  const wrong = of('failed');
  return (
    <>
      {wrong.length > 0 && (
        <section class="checks wrong">
          <h3>{messages.whatWrong}</h3>
          <CheckList checks={wrong} sign="✗" messages={messages} />
        </section>
      )}
      <div class="columns">
        <section class="checks">
          <h3>{wrong.length > 0 ? messages.whatHolds : messages.whatProven}</h3>
          <CheckList checks={of('proven')} sign="✓" messages={messages} />
        </section>
        <section class="checks">
          <h3>{messages.whatNot}</h3>
          <CheckList checks={of('not-proven')} sign="?" messages={messages} />
          <ul class="never">
            {messages.neverShown.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}

function CheckList({ checks, sign, messages }: ChecksProps & { readonly sign: string }) {
  if (checks.length === 0) return <p>–</p>;
  return (
    <ul class="check-list">
      {checks.map((check, at) => (
        // A receipt may have two checks of one name.
        // The list never changes its order.
        <li key={`${check.name} ${at}`} data-check={check.name}>
          <span class="sign" aria-hidden="true">
            {sign}
          </span>
          <div>
            {messages.checks[check.name][check.outcome]}
            <p class="exactly">
              {messages.exactly}: <span lang="en">{check.text}</span>
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
