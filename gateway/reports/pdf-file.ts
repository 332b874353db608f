// A PDF whose bytes depend on its content alone. pdfkit compresses with the zlib of the machine, whose bytes differ between
// versions and processors: here everything is compressed in JavaScript instead. Written as PDF/A-2b (ISO 19005-2) with
// embedded, subset fonts and tags.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { zlibSync } from 'fflate';
import PDFDocument from 'pdfkit';
import { ReportError } from './report-error.js';

/** What pdfkit keeps of an object that it writes. */
interface Reference {
  compress: boolean;
  buffer: Uint8Array[] | Uint8Array;
  finalize(): void;
}

const fontPackage = '@expo-google-fonts/noto-sans';
const fonts = {
  text: '400Regular/NotoSans_400Regular.ttf',
  strong: '600SemiBold/NotoSans_600SemiBold.ttf',
} as const;
export type FontName = keyof typeof fonts;

/** A4, points. */
const pageMargins = { top: 58, bottom: 52, left: 42, right: 42 } as const;

export interface PdfTerms {
  readonly title: string;
  readonly subject: string;
  readonly language: string;
  /** Stands for the moment at which the file was made: it must come from the content. */
  readonly createdAtMs: number;
}

function fontFile(path: string): Buffer {
  try {
    return readFileSync(createRequire(import.meta.url).resolve(`${fontPackage}/${path}`));
  } catch (cause) {
    throw new ReportError(
      'FONT_ABSENT',
      `the font ${path} is not installed`,
      'install coldgate again with all its packages',
      cause,
    );
  }
}

/** pdfkit's document with a compression of its own. */
class ReproducibleDocument extends PDFDocument {
  override ref(data: object) {
    const made = super.ref(data);
    const reference = made as unknown as Reference;
    const { finalize } = reference;
    reference.finalize = function (this: Reference) {
      if (this.compress && this.buffer.length > 0) {
        const pieces = Array.isArray(this.buffer) ? this.buffer : [this.buffer];
        this.buffer = [zlibSync(Buffer.concat(pieces))];
        this.compress = false;
      }
      finalize.call(this);
    };
    return made;
  }
}

/**
 * An empty document with its fonts; no page yet.
 * @throws ReportError FONT_ABSENT
 */
export function openPdf({ title, subject, language, createdAtMs }: PdfTerms): PDFKit.PDFDocument {
  const created = new Date(createdAtMs);
  const document = new ReproducibleDocument({
    size: 'A4',
    margins: pageMargins,
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.7',
    subset: 'PDF/A-2b',
    tagged: true,
    lang: language,
    displayTitle: true,
    info: {
      Title: title,
      Subject: subject,
      Author: 'coldgate',
      Creator: 'coldgate',
      Producer: 'coldgate',
      CreationDate: created,
      ModDate: created,
    },
    // The default font would be one that is not embedded.
    font: fontFile(fonts.text) as unknown as string,
  });
  for (const [name, path] of Object.entries(fonts)) document.registerFont(name, fontFile(path));
  return document;
}

/** The bytes of a document that was drawn and not ended. */
export async function* pdfBytes(document: PDFKit.PDFDocument): AsyncGenerator<Uint8Array> {
  document.end();
  for await (const piece of document) yield piece as Uint8Array;
}
