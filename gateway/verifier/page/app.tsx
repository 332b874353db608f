// The whole page: what was given, what is expected, and what came out. Holds the state; the parts only draw.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Answer } from '../dialogue.js';
import type { Expectation } from '../judged-file.js';
import { german } from '../messages-de.js';
import { english, type Messages } from '../messages-en.js';
import { Words } from '../shown-words.js';
import { Expectations } from './expectations.js';
import { FileDrop } from './file-drop.js';
import { givenByParent } from './given-by-parent.js';
import { LanguageChoice } from './language-choice.js';
import { type Outcome, Result } from './result.js';
import { WorkerLink } from './worker-link.js';

/** A phone cannot take more; the command line can. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

function firstLanguage(): Messages {
  const asked = location.hash.slice(1) || navigator.language;
  return asked.startsWith('de') ? german : english;
}

export function App() {
  const [messages, setMessages] = useState(firstLanguage);
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'nothing' });
  const [expectation, setExpectation] = useState<Expectation>({});
  const [rows, setRows] = useState<Extract<Answer, { kind: 'rows' }>>();
  /** How often a parent gave what is expected: the fields then begin anew. */
  const [given, setGiven] = useState(0);
  const fileName = useRef('');
  const words = useMemo(() => new Words(messages), [messages]);
  const link = useMemo(
    () =>
      new WorkerLink((answer) => {
        if (answer.kind === 'rows') setRows(answer);
        else setOutcome({ ...answer, fileName: fileName.current });
      }),
    [],
  );

  const take = (file: File, expected: Expectation) => {
    link.stop();
    setRows(undefined);
    fileName.current = file.name;
    if (file.size > MAX_FILE_BYTES) {
      setOutcome({ kind: 'too-large' });
      return;
    }
    setOutcome({ kind: 'working' });
    link.ask({ kind: 'file', file, expectation: expected });
  };
  const expect = (expected: Expectation) => {
    setExpectation(expected);
    if (outcome.kind !== 'judged') return;
    setOutcome({ kind: 'working' });
    link.ask({ kind: 'again', expectation: expected });
  };
  const stop = () => {
    link.stop();
    setOutcome({ kind: 'stopped' });
  };

  useEffect(() => {
    document.documentElement.lang = messages.language;
    document.title = messages.title;
  }, [messages]);
  useEffect(
    () =>
      givenByParent((file, gateway) => {
        const expected = gateway === undefined ? {} : { gateway };
        setExpectation(expected);
        setGiven((count) => count + 1);
        take(file, expected);
      }),
    [],
  );

  return (
    <>
      <header>
        <h1>{messages.title}</h1>
        <LanguageChoice chosen={messages} choices={[english, german]} onChoose={setMessages} />
      </header>
      <main>
        <p class="intro">{messages.intro}</p>
        <FileDrop messages={messages} onFile={(file) => take(file, expectation)} />
        <Expectations key={given} messages={messages} given={expectation} onChange={expect} />
        <Result
          outcome={outcome}
          messages={messages}
          words={words}
          rows={rows}
          onStop={stop}
          onRows={(from, count) => link.ask({ kind: 'rows', from, count })}
        />
      </main>
      <footer>{messages.footer}</footer>
    </>
  );
}
