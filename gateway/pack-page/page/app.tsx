// One question and its answer. What is typed stays in the page; the language follows the browser, or the end of the address.

import { useEffect, useState } from 'preact/hooks';
import type { PackList } from '../../../ledger-sync/serials/pack-list.js';
import { german } from '../messages-de.js';
import { english, type Messages } from '../messages-en.js';
import { answerOf, type PackAnswer } from '../pack-answer.js';
import { Answer, AsOf } from './answer.js';
import { CameraReader } from './camera-reader.js';

const all = [english, german] as const;

function firstLanguage(): Messages {
  const wanted = location.hash === '' ? navigator.language : location.hash.slice(1);
  return wanted.startsWith('de') ? german : english;
}

export function App({ list }: { list: PackList | undefined }) {
  const [words, setWords] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = words.language;
    document.title = words.title;
  }, [words]);
  return (
    <>
      <header>
        <h1>{words.title}</h1>
        <div class="languages">
          {all.map((one) => (
            <button
              key={one.language}
              type="button"
              lang={one.language}
              aria-pressed={one === words}
              onClick={() => setWords(one)}
            >
              {one === english ? 'English' : 'Deutsch'}
            </button>
          ))}
        </div>
      </header>
      <main>
        {list === undefined ? (
          <p class="answer bad" role="alert">
            {words.broken}
          </p>
        ) : (
          <Question list={list} words={words} />
        )}
      </main>
    </>
  );
}

function Question({ list, words }: { list: PackList; words: Messages }) {
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<PackAnswer | 'checking'>();
  const check = (given: string) => {
    setText(given);
    setAnswer('checking');
    void answerOf(given, list, Date.now()).then(setAnswer);
  };
  return (
    <>
      <p>{words.lead}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          check(text);
        }}
      >
        <label for="code">{words.label}</label>
        <textarea
          id="code"
          rows={2}
          spellcheck={false}
          autocapitalize="none"
          autocomplete="off"
          aria-describedby="code-hint"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p id="code-hint" class="hint">
          {words.hint}
        </p>
        <button type="submit" class="main" disabled={answer === 'checking'}>
          {words.check}
        </button>
        <CameraReader words={words} onRead={check} />
      </form>
      <div aria-live="polite">
        {answer === 'checking' ? <p>{words.checking}</p> : null}
        {answer === undefined || answer === 'checking' ? null : <Answer answer={answer} words={words} />}
      </div>
      <AsOf list={list} words={words} />
    </>
  );
}
