// The command lines of Debian's gpiod package. Versions 1 (Debian 12) and 2 (Debian 13) differ in nearly every option:
// -b is "line buffered" in one and "bias" in the other, lines are given with --chip in one and after it in the other.

export interface GpioLine {
  /** As `gpiodetect` names it. Default gpiochip0. */
  readonly chip?: string | undefined;
  /** Offset on the chip, 0..511; on a Raspberry Pi the BCM number. */
  readonly line: number;
  /** Left as it is when absent. A contact to ground needs a pull-up, here or on the board. Kernel 5.5 or later. */
  readonly bias?: GpioBias | undefined;
}

export type GpioBias = 'pull-up' | 'pull-down' | 'disabled';

export type GpiodMajor = 1 | 2;

/** A tool's name and its arguments. */
export interface ToolCall {
  readonly program: 'gpiomon' | 'gpioget' | 'gpiodetect';
  readonly args: readonly string[];
}

export const defaultChip = 'gpiochip0';

export const versionCall: ToolCall = { program: 'gpiomon', args: ['--version'] };
/** Prints one line per chip in both versions: gpiochip0 [pinctrl-bcm2711] (58 lines). */
export const detectCall: ToolCall = { program: 'gpiodetect', args: [] };

/** The major version from what `gpiomon --version` prints; undefined for one that is not known here. */
export function gpiodMajor(versionText: string): GpiodMajor | undefined {
  const [, major] = /^gpiomon \(libgpiod\) v([12])\./.exec(versionText) ?? [];
  if (major === undefined) return undefined;
  return major === '1' ? 1 : 2;
}

/** Prints 0 or 1. */
export function getCall(major: GpiodMajor, { chip = defaultChip, line, bias }: GpioLine): ToolCall {
  const args =
    major === 1
      ? [...biasArguments(major, bias), chip, String(line)]
      : ['--numeric', ...biasArguments(major, bias), '--chip', chip, String(line)];
  return { program: 'gpioget', args };
}

/** Prints one line "edge ..." per edge, at once: version 1 would otherwise fill a block of 4 KiB first. */
export function monitorCall(major: GpiodMajor, { chip = defaultChip, line, bias }: GpioLine): ToolCall {
  const args =
    major === 1
      ? ['--line-buffered', '--format=edge %e', ...biasArguments(major, bias), chip, String(line)]
      : [
          '--edges',
          'both',
          '--format',
          'edge %E',
          ...biasArguments(major, bias),
          '--chip',
          chip,
          String(line),
        ];
  return { program: 'gpiomon', args };
}

function biasArguments(major: GpiodMajor, bias: GpioBias | undefined): string[] {
  if (bias === undefined) return [];
  if (major === 2) return ['--bias', bias];
  return [`--bias=${bias === 'disabled' ? 'disable' : bias}`];
}
