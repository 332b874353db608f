// German.

import type { Messages } from './messages-en.js';

export const german: Messages = {
  language: 'de',
  title: 'Ist diese Packung echt, und blieb sie kühl?',
  lead: 'Scannen oder tippen Sie den quadratischen Code (Data Matrix) der Packung. Nichts verlässt diese Seite: keine Adresse wird gefragt, und niemand erfährt, welche Packung Sie haben.',
  label: 'Was der Code sagt',
  hint: 'Alles davon, wie (01)09521234543213(21)1001(17)291231(10)LOT7, oder wie ein Scanner es tippt.',
  check: 'Prüfen',
  checking: 'Wird geprüft; das dauert mit Absicht einen Moment',
  camera: 'Kamera benutzen',
  stop: 'Kamera beenden',
  noCamera: 'Die Kamera lässt sich hier nicht benutzen. Tippen Sie den Code.',
  unreadable: 'Das ist nicht der ganze Code einer Packung',
  incomplete: 'Dem Code fehlt, was gebraucht wird:',
  gtin: 'das Produkt (01)',
  serial: 'die Seriennummer (21)',
  lot: 'die Charge (10)',
  expiry: 'das Verfallsdatum (17)',
  genuine: 'ECHT',
  genuineMeans: 'Der Hersteller kennt diese Packung, und sie wurde noch nicht abgegeben.',
  dispensed: 'ECHT, schon abgegeben',
  dispensedMeans:
    'Wurde sie Ihnen abgegeben, ist alles gut. Bietet sie Ihnen jetzt jemand als neu an, nehmen Sie sie nicht, und fragen Sie in einer Apotheke.',
  expired: 'VERFALLEN',
  expiredMeans: 'Der Hersteller kennt diese Packung, aber ihr Datum ist vorbei. Nicht verwenden.',
  recalled: 'ZURÜCKGERUFEN',
  recalledMeans:
    'Der Hersteller oder eine Behörde hat diese Charge zurückgerufen. Nicht verwenden; bringen Sie sie in eine Apotheke.',
  decommissioned: 'AUSSER VERKEHR',
  decommissionedMeans:
    'Der Hersteller sagt, dass diese Packung vernichtet, gestohlen oder ein Muster ist. Nicht verwenden; fragen Sie in einer Apotheke.',
  unknown: 'UNBEKANNT',
  unknownMeans:
    'Die Liste des Herstellers hat keine Packung mit diesem Produkt, dieser Seriennummer, Charge und diesem Datum. Sie kann falsch sein oder aus einer anderen Charge. Fragen Sie in einer Apotheke, bevor Sie sie verwenden.',
  cold: 'Blieb sie kühl?',
  kept: 'JA',
  keptMeans: 'Auf jedem aufgezeichneten Transport war sie die ganze Zeit in ihren Grenzen.',
  excursion: 'NEIN',
  excursionMeans:
    'Auf einem Transport war sie außerhalb ihrer Grenzen, und niemand von der Qualität hat sie seither freigegeben.',
  excursionReleased: 'NICHT DIE GANZE ZEIT',
  excursionReleasedMeans:
    'Auf einem Transport war sie außerhalb ihrer Grenzen. Eine Person der Qualität hat geurteilt, dass sie verwendet werden darf.',
  rejected: 'NEIN',
  rejectedMeans: 'Eine Person der Qualität hat geurteilt, dass sie nicht verwendet werden darf.',
  holes: 'NICHT BEKANNT',
  holesMeans: 'Die Aufzeichnung eines Transports hat Lücken, oder er ist noch nicht zu Ende.',
  noRecord: 'NICHT BEKANNT',
  noRecordMeans: 'Kein Transport dieser Packung ist aufgezeichnet.',
  asOf: 'Stand: {date}.',
  old: 'Das ist {days} Tage her: die Packung kann seither zurückgerufen worden sein. Fragen Sie nach einer neueren Seite.',
  broken: 'Diese Seite ist beschädigt oder wurde geändert. Holen Sie sie neu beim Hersteller.',
  limits:
    'Ein Code lässt sich auf eine falsche Packung kopieren: dies antwortet für den Code, nicht für den Inhalt.',
};
