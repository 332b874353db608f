// The OneWire library's face with two DS18B20 behind it, told apart by the second byte of their address.
#pragma once

#include <Arduino.h>
#include <stdint.h>

struct FakeProbe {
  bool isPlugged = true;
  /** What the next conversion will find. */
  int16_t sixteenths = 0;
  /** As after power-on: 85 degC. */
  uint8_t scratchpad[9] = {0x50, 0x05, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10, 0x1C};
};

struct FakeWire {
  FakeProbe probes[2];
  bool isShorted = false;
  /** The data wire is open; the probes keep their power and their memory. */
  bool isCut = false;
  /** Conversions start and never end, as with a weak supply. */
  bool isWeak = false;
  bool isConverting = false;
  uint32_t conversionBeganMs = 0;
  bool isFlippingBits = false;
};
extern FakeWire fakeWire;

uint8_t fakeCrc8(const uint8_t *bytes, uint8_t length);

class OneWire {
 public:
  explicit OneWire(uint8_t) {}

  uint8_t reset() {
    selected_ = -1;
    position_ = 0;
    // A short holds the line low, which looks like a presence pulse.
    if (fakeWire.isCut) return 0;
    return fakeWire.isShorted || fakeWire.probes[0].isPlugged || fakeWire.probes[1].isPlugged;
  }

  void skip() {}

  void select(const uint8_t address[8]) {
    const int index = address[1] - 0x11;
    selected_ = index >= 0 && index < 2 && fakeWire.probes[index].isPlugged ? index : -1;
  }

  void write(uint8_t command) {
    if (command == 0x44) {
      fakeWire.isConverting = !fakeWire.isWeak;
      fakeWire.conversionBeganMs = millis();
    } else if (fakeWire.isConverting && millis() - fakeWire.conversionBeganMs >= 750) {
      endConversion();
    }
  }

  uint8_t read() {
    if (fakeWire.isShorted) return 0x00;
    if (selected_ < 0) return 0xFF;
    const uint8_t byte = fakeWire.probes[selected_].scratchpad[position_++ % 9];
    return fakeWire.isFlippingBits && position_ == 1 ? byte ^ 0x04 : byte;
  }

 private:
  static void endConversion() {
    fakeWire.isConverting = false;
    for (FakeProbe &probe : fakeWire.probes) {
      probe.scratchpad[0] = (uint8_t)probe.sixteenths;
      probe.scratchpad[1] = (uint8_t)((uint16_t)probe.sixteenths >> 8);
      probe.scratchpad[6] = (uint8_t)(0x10 - (probe.sixteenths & 0x0F));
      probe.scratchpad[8] = fakeCrc8(probe.scratchpad, 8);
    }
  }

  int selected_ = -1;
  uint8_t position_ = 0;
};
