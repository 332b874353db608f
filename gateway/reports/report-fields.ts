// Kinds of values that a report is made of.

import * as z from 'zod';

export const text = z.string();
export const count = z.int().nonnegative();
export const milliC = z.int();
export const durationMs = z.int().nonnegative();
export const at = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
export const hex = (bytes: number) => z.string().regex(new RegExp(`^(0x)?[0-9a-f]{${bytes * 2}}$`));
export const optional = <Type extends z.core.$ZodType>(type: Type) => z.exactOptional(type);
