// The worker of the page: one question at a time, one answer each. A file that keeps it busy keeps no button from working.

import { z } from 'zod';
import type { Question } from '../dialogue.js';
import { Examination } from '../examination.js';

// The page's policy forbids making code from text; zod would try.
z.config({ jitless: true });

const examination = new Examination();

self.onmessage = async ({ data }: MessageEvent<Question>) => {
  self.postMessage(await examination.answer(data));
};
