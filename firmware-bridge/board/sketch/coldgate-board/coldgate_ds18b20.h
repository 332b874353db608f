// What the nine scratchpad bytes of a DS18B20 say (Maxim data sheet 19-7487). Plain C++11, no library.
#pragma once

#include <stdint.h>

namespace coldgate {

const uint8_t kScratchpadBytes = 9;

/** CRC-8/MAXIM. */
inline uint8_t crc8(const uint8_t *bytes, uint8_t length) {
  uint8_t crc = 0;
  for (uint8_t index = 0; index < length; index++) {
    crc ^= bytes[index];
    for (uint8_t bit = 0; bit < 8; bit++) crc = (crc & 1) ? (crc >> 1) ^ 0x8C : crc >> 1;
  }
  return crc;
}

/**
 * The temperature in thousandths of a degree Celsius. false where the bytes are none: a wrong CRC, a bus shorted to
 * ground (zeros have a right CRC), or 85 degC as the chip has it after power-on, before it has measured anything.
 */
inline bool temperatureOf(const uint8_t scratchpad[kScratchpadBytes], int32_t *milliC) {
  if (crc8(scratchpad, kScratchpadBytes - 1) != scratchpad[kScratchpadBytes - 1]) return false;
  // The configuration byte is never zero.
  if (scratchpad[4] == 0) return false;
  const int16_t sixteenths = (int16_t)((uint16_t)scratchpad[1] << 8 | scratchpad[0]);
  if (sixteenths == 85 * 16 && scratchpad[6] == 0x0C) return false;
  // 62.5 thousandths each; halves away from zero.
  const int32_t doubled = (int32_t)sixteenths * 125;
  *milliC = (doubled + (doubled < 0 ? -1 : 1)) / 2;
  return true;
}

}  // namespace coldgate
