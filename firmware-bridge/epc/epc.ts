// Decodes the EPC of a tag, strictly: either it is an identity that the GS1 Tag Data Standard allows, or it is refused
// with one line of reason. Does not look whether a company prefix was issued, and proves nothing about the tag.

import { BitReader, hexDigits, maxEpcBits } from './bit-reader.js';
import { readClassic } from './classic-epc.js';
import { type AiElement, digitalLinkPathOf, elementStringOf, escapeUrnPart } from './epc-identity.js';
import { epcSchemes, refusedHeaders } from './epc-schemes.js';
import { filterMeaning } from './filter-values.js';
import { pcWordRefusal } from './pc-word.js';
import { readPlus } from './plus-epc.js';
import { type Decoded, decodedBy, refuse } from './refusal.js';

export interface Epc {
  /** As the standard names it: SGTIN-96, SSCC+ ... */
  readonly scheme: string;
  /** Absent for GID, which has none. */
  readonly filter?: number;
  readonly filterMeaning?: string;
  /** urn:epc:id:..., of the TDS 1.x schemes; the + and ++ forms do not say where the company prefix ends. */
  readonly pureIdentity?: string;
  /** urn:epc:tag:..., of the TDS 1.x schemes. */
  readonly tagUri?: string;
  /** (01)...(21)...; absent where the scheme holds no GS1 key. */
  readonly elementString?: string;
  /** Relative to https://id.gs1.org; absent where the scheme holds no GS1 key. */
  readonly digitalLinkPath?: string;
  /** Of the ++ forms. Chosen by whoever wrote the tag: never to be asked or trusted. */
  readonly hostname?: string;
  /** Key, qualifiers and dates. */
  readonly elements: readonly AiElement[];
  /** True if GS1 data that is not decoded here follows the identity. */
  readonly hasMoreData?: true;
}

function namesOf(elements: readonly AiElement[]): Pick<Epc, 'elementString' | 'digitalLinkPath'> {
  if (elements.length === 0) return {};
  return { elementString: elementStringOf(elements), digitalLinkPath: digitalLinkPathOf(elements) };
}

/** A tag is written in whole words, a document cuts at the nibble: up to 15 zero bits may follow. */
function checkPadding(bits: BitReader): void {
  const padding = bits.rest();
  if (padding.length >= 16) refuse(`wrong length: ${padding.length} bits follow the identity`);
  if (padding.includes('1')) refuse(`the ${padding.length} padding bits after the identity are not zero`);
}

function readEpc(hex: string, pc: string | undefined): Epc {
  const digits = hexDigits(hex);
  const header = Number.parseInt(digits.slice(0, 2), 16);
  const refused = digits.length < 2 ? 'truncated: no whole header' : refusedHeaders.get(header);
  if (refused !== undefined) refuse(refused);
  const scheme = epcSchemes.get(header) ?? refuse(`header ${digits.slice(0, 2)} is reserved`);
  if (digits.length * 4 > maxEpcBits)
    refuse(`wrong length: ${digits.length * 4} bits, a tag holds ${maxEpcBits}`);
  const bits = new BitReader(digits);
  if (scheme.kind === 'classic' && scheme.bits !== undefined && bits.length < scheme.bits)
    refuse(`truncated: ${scheme.name} has ${scheme.bits} bits, ${bits.length} are there`);
  const pcRefusal = pc === undefined ? undefined : pcWordRefusal(pc, bits.length);
  if (pcRefusal !== undefined) refuse(pcRefusal);
  bits.number(8);
  if (scheme.kind === 'plus') {
    const { filter, elements, hostname, hasMoreData } = readPlus(bits, scheme);
    if (!hasMoreData) checkPadding(bits);
    return {
      scheme: scheme.name,
      filter,
      filterMeaning: filterMeaning(scheme.family, filter),
      ...namesOf(elements),
      ...(hostname === undefined ? {} : { hostname }),
      elements,
      ...(hasMoreData ? { hasMoreData } : {}),
    };
  }
  const { filter, parts, elements } = readClassic(bits, scheme);
  checkPadding(bits);
  const body = parts.map(escapeUrnPart).join('.');
  const tagBody = filter === undefined ? body : `${filter}.${body}`;
  return {
    scheme: scheme.name,
    ...(filter === undefined ? {} : { filter, filterMeaning: filterMeaning(scheme.family, filter) }),
    pureIdentity: `urn:epc:id:${scheme.family}:${body}`,
    tagUri: `urn:epc:tag:${scheme.name.toLowerCase()}:${tagBody}`,
    ...namesOf(elements),
    elements,
  };
}

/**
 * Decodes an EPC. Never throws.
 * @param hex the EPC as read, without PC word and CRC; 2 to 124 hexadecimal digits
 * @param pc the PC word that the tag sent before it, 4 hexadecimal digits, if the reader tells it: its length and its
 *   numbering system must then agree
 */
export function decodeEpc(hex: string, pc?: string): Decoded<Epc> {
  return decodedBy(() => readEpc(hex, pc));
}
