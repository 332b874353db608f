// What each check of the verifier means in plain German, by how it came out.

import type { CheckWords } from './check-words-en.js';

export const germanChecks: CheckWords = {
  gateway: {
    proven: 'Die Datei ist von dem Gateway, das Sie erwarten.',
    failed: 'Die Datei ist von einem anderen Gateway als dem, das Sie erwarten.',
    'not-proven': 'Ob es das richtige Gateway ist: Geben Sie die erwartete Adresse an, dann wird verglichen.',
  },
  leaves: {
    proven: 'Jeder Datensatz hat die Form, die signiert wurde, und nennt dieses Gateway.',
    failed: 'Ein Datensatz ist beschädigt oder von einem anderen Gateway.',
    'not-proven': 'Die Form der Datensätze.',
  },
  sequence: {
    proven: 'Zwischen dem ersten und dem letzten Datensatz wurde nichts ausgelassen.',
    failed: 'Datensätze wurden ausgelassen, hinzugefügt oder umgestellt.',
    'not-proven': 'Ob etwas ausgelassen wurde.',
  },
  readable: {
    proven: 'Die lesbaren Zeiten und Werte sind die, die signiert wurden.',
    failed: 'Eine lesbare Zeit oder ein lesbarer Wert wurde verändert: So wurde es nicht signiert.',
    'not-proven': 'Die lesbaren Werte.',
  },
  names: {
    proven: 'Die Namen von Fühlern und Sendungen sind die, die signiert wurden.',
    failed: 'Ein Name wurde verändert oder gehört zu keinem der Datensätze.',
    'not-proven': 'Einige Namen fehlen in der Datei; offen ist, wovon diese Datensätze handeln.',
  },
  details: {
    proven: 'Die Dokumente der Datensätze sind die, die signiert wurden.',
    failed: 'Ein Dokument wurde verändert oder gehört zu keinem der Datensätze.',
    'not-proven': 'Einige Dokumente fehlen in der Datei.',
  },
  tree: {
    proven: 'Die Datensätze stehen genau so im Protokoll des Gateways, wie es signiert wurde.',
    failed:
      'Es sind nicht die Datensätze, die das Gateway signierte: Mindestens einer wurde verändert, getauscht oder verschoben.',
    'not-proven': 'Der Platz der Datensätze im Protokoll.',
  },
  signature: {
    proven: 'Das Gateway signierte dieses Protokoll mit seinem eigenen Schlüssel.',
    failed: 'Die Signatur ist nicht von diesem Gateway, oder das Signierte wurde verändert.',
    'not-proven': 'Die Signatur.',
  },
  chain: {
    proven: 'Der Header folgt auf den vorigen des Gateways.',
    failed: 'Der Header folgt nicht auf den vorigen: Die Kette ist gebrochen.',
    'not-proven': 'Ob der Header auf den vorigen folgt: Dieser fehlt in der Datei.',
  },
  summary: {
    proven: 'Die Datensätze liegen in den Temperaturen und Zeiten, die der signierte Header nennt.',
    failed: 'Ein Datensatz liegt außerhalb dessen, was der signierte Header nennt.',
    'not-proven': 'Ob die Zusammenfassung des Headers für diese Datensätze gilt.',
  },
  checkpoint: {
    proven: 'Auch ein späterer Stand desselben Protokolls ist signiert.',
    failed:
      'Der neueste Checkpoint der Datei ist nicht von diesem Gateway, oder das Gateway signierte zwei verschiedene Protokolle.',
    'not-proven': 'Der neueste Checkpoint.',
  },
  registration: {
    proven: 'Das Gateway wurde auf dem Ledger registriert, wo die Datei es sagt.',
    failed: 'Das Gateway wurde nicht dort registriert, wo die Datei es sagt.',
    'not-proven': 'Wann das Gateway auf dem Ledger registriert wurde: Das wurde dort nicht nachgesehen.',
  },
  anchor: {
    proven: 'Die Datensätze gab es, als der Block entstand.',
    failed: 'Der Header steht auf dem Ledger nicht dort, wo die Datei es sagt.',
    'not-proven': 'Ob Block und Transaktion der Datei stimmen: Sie wurden auf dem Ledger nicht nachgesehen.',
  },
  ledger: {
    proven: 'Der Ledger enthält den Header des Gateways über diese Datensätze.',
    failed: 'Der Ledger widerspricht der Datei.',
    'not-proven':
      'Ob die Datensätze auf einem Ledger sind. Geben Sie oben einen Zustandsbeweis an, oder fragen Sie mit coldgate verify --rpc.',
  },
  state: {
    proven: 'Der Zustand des Ledgers folgt allein durch Hashes aus dem Block, dem Sie vertrauen.',
    failed: 'Der angegebene Zustandsbeweis gilt nicht für diesen Block und diese Datei.',
    'not-proven': 'Der Zustand des Ledgers ist das Wort eines einzelnen Knotens.',
  },
  coverage: {
    proven: 'Alles in der Quittung ist von einer Signatur gedeckt.',
    failed: 'Ein Teil der Quittung widerspricht dem Rest.',
    'not-proven': 'Teile der Quittung sind von keiner Signatur gedeckt.',
  },
};
