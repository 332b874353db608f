// Puts a door contact at a GPIO line into service: its driver under supervision, over gpiomon.

import { BridgeError } from '../bridge-error.js';
import type { DeviceHandle } from '../device.js';
import { type Supervision, Supervisor } from '../supervise/supervisor.js';
import { type DoorContactSettings, gpioDriver } from './door-contact.js';
import { defaultChip, type GpioLine } from './gpiod-tools.js';
import { openGpiomon } from './gpiomon-transport.js';

export type GpioDoorOptions = DoorContactSettings &
  GpioLine &
  Omit<Supervision, 'open'> & {
    /** Default: gpiomon at `chip` and `line`. */
    readonly open?: Supervision['open'] | undefined;
  };

const maxLine = 511;

/**
 * Starts at once and watches until closed; door states and device conditions go to `sink`, which must not throw.
 * Throws BridgeError READER_CONFIG for settings out of range, and for nothing that a chip or program does.
 */
export function startGpioDoor(options: GpioDoorOptions): DeviceHandle {
  const { id, chip = defaultChip, line } = options;
  // They become arguments of a program: a name that begins with a dash would be an option.
  const isLine =
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/.test(chip) && Number.isInteger(line) && line >= 0 && line <= maxLine;
  if (!isLine) {
    throw new BridgeError(
      'READER_CONFIG',
      `${id}: "${chip}" line ${line} is no GPIO line`,
      'Write the chip as gpiodetect names it (gpiochip0) and a line of 0 to 511.',
    );
  }
  const open = options.open ?? openGpiomon(options);
  return new Supervisor({ ...options, open, driver: gpioDriver(options) });
}
