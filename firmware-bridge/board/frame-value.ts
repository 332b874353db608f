// What a board says, whichever way it writes it: an array of version 1, the same in CBOR and in a line of JSON.
// [1, sequence, uptimeMs, flags, [[channel, milli | null], ...]] is a reading, [1, boardId, firmwareVersion] a hello.
// The bytes may be anybody's: each number has a range, each text an alphabet, each list a length.

const boardProtocolVersion = 1;
/** More channels than that take several frames. Keeps a line of JSON below 512 bytes. */
export const maxFrameChannels = 32;

/** Bits of `flags`. The others are sent as 0 and ignored. */
export const boardFlags = {
  /** At least one channel of the frame has no value. */
  probeFault: 0x01,
  /** Temperatures and humidities of the frame were measured before the frame that came before it. */
  stale: 0x02,
} as const;

export interface ChannelValue {
  /** 0..255. */
  readonly channel: number;
  /** Thousandths of the channel's unit, an int32; null: the probe gave none. */
  readonly milli: number | null;
}

export interface BoardReading {
  readonly kind: 'reading';
  /** u32, one more than in the frame before; wraps to 0. 0 is the first one after a start. */
  readonly sequence: number;
  /** u32, ms since the board started; wraps to 0 after 49.7 days. */
  readonly uptimeMs: number;
  /** 0..255, see `boardFlags`. */
  readonly flags: number;
  readonly values: readonly ChannelValue[];
}

export interface BoardHello {
  readonly kind: 'hello';
  readonly boardId: string;
  readonly firmwareVersion: string;
}

/** Its check is right and its content is not of this version: a newer board, or a defect in its firmware. */
export interface UnreadableFrame {
  readonly kind: 'unreadable';
  readonly reason: string;
}

export type BoardFrame = BoardReading | BoardHello | UnreadableFrame;

const name = /^[A-Za-z0-9._-]{1,32}$/;
const readingMembers = 5;
const helloMembers = 3;

/** The frame that a decoded array stands for; never throws. */
export function boardFrameOf(value: unknown): BoardFrame {
  if (!Array.isArray(value)) return unreadable('no array');
  const [version] = value;
  if (version !== boardProtocolVersion) {
    const told = isIntegerIn(version, 0, 0xffffffff) ? `version ${version}` : 'a version that is no number';
    return unreadable(`${told}; version ${boardProtocolVersion} is known`);
  }
  if (value.length === helloMembers) return helloOf(value);
  if (value.length === readingMembers) return readingOf(value);
  return unreadable(`${value.length} members; a reading has ${readingMembers}, a hello ${helloMembers}`);
}

/** The array that a frame is written as. */
export function arrayOf(frame: BoardReading | BoardHello): unknown[] {
  if (frame.kind === 'hello') return [boardProtocolVersion, frame.boardId, frame.firmwareVersion];
  const { sequence, uptimeMs, flags, values } = frame;
  const pairs = values.map(({ channel, milli }) => [channel, milli]);
  return [boardProtocolVersion, sequence, uptimeMs, flags, pairs];
}

function helloOf([, boardId, firmwareVersion]: readonly unknown[]): BoardFrame {
  if (typeof boardId !== 'string' || !name.test(boardId)) return unreadable('the board id is no name');
  if (typeof firmwareVersion !== 'string' || !name.test(firmwareVersion)) {
    return unreadable('the firmware version is no name');
  }
  return { kind: 'hello', boardId, firmwareVersion };
}

function readingOf([, sequence, uptimeMs, flags, pairs]: readonly unknown[]): BoardFrame {
  if (!isIntegerIn(sequence, 0, 0xffffffff)) return unreadable('the sequence is no u32');
  if (!isIntegerIn(uptimeMs, 0, 0xffffffff)) return unreadable('the uptime is no u32');
  if (!isIntegerIn(flags, 0, 0xff)) return unreadable('the flags are not in 0..255');
  if (!Array.isArray(pairs) || pairs.length > maxFrameChannels) {
    return unreadable(`no list of at most ${maxFrameChannels} channels`);
  }
  const values: ChannelValue[] = [];
  const seen = new Set<number>();
  for (const pair of pairs as readonly unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) return unreadable('a channel is no pair');
    const [channel, milli] = pair as readonly unknown[];
    if (!isIntegerIn(channel, 0, 0xff)) return unreadable('a channel number is not in 0..255');
    if (milli !== null && !isIntegerIn(milli, -0x80000000, 0x7fffffff)) {
      return unreadable(`channel ${channel}: the value is neither an int32 nor null`);
    }
    // Which of the two would count?
    if (seen.has(channel)) return unreadable(`channel ${channel} is there twice`);
    seen.add(channel);
    values.push({ channel, milli });
  }
  return { kind: 'reading', sequence, uptimeMs, flags, values };
}

function unreadable(reason: string): UnreadableFrame {
  return { kind: 'unreadable', reason };
}

function isIntegerIn(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}
