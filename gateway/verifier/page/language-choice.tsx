// Two buttons for two languages.

import type { Messages } from '../messages-en.js';

const own: Record<Messages['language'], string> = { en: 'English', de: 'Deutsch' };

interface LanguageChoiceProps {
  readonly chosen: Messages;
  readonly choices: readonly Messages[];
  readonly onChoose: (messages: Messages) => void;
}

export function LanguageChoice({ chosen, choices, onChoose }: LanguageChoiceProps) {
  return (
    <div class="languages">
      {choices.map((choice) => (
        <button
          key={choice.language}
          type="button"
          lang={choice.language}
          aria-pressed={choice === chosen}
          onClick={() => onChoose(choice)}
        >
          {own[choice.language]}
        </button>
      ))}
    </div>
  );
}
