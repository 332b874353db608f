// As much of Arduino as the sketch uses, on a computer: a clock that a test moves, one pin, and a serial port whose
// output is stdout.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

const uint8_t HIGH = 1;
const uint8_t INPUT_PULLUP = 2;

struct FakeBoard {
  uint32_t nowMs = 0;
  uint8_t doorLevel = 0;
  /** Waiting input, '?' at most. */
  int questions = 0;
};
extern FakeBoard fakeBoard;

inline uint32_t millis() { return fakeBoard.nowMs; }
inline void pinMode(uint8_t, uint8_t) {}
inline int digitalRead(uint8_t) { return fakeBoard.doorLevel; }

struct FakeSerial {
  void begin(uint32_t) {}
  int available() { return fakeBoard.questions; }
  int read() { return fakeBoard.questions-- > 0 ? '?' : -1; }
  size_t write(uint8_t byte) { return fwrite(&byte, 1, 1, stdout); }
  size_t write(const uint8_t *bytes, size_t length) { return fwrite(bytes, 1, length, stdout); }
};
extern FakeSerial Serial;
