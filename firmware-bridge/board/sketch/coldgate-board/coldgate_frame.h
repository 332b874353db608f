// Frames of a coldgate sensor board: COBS( CBOR || CRC-32 low byte first ) 00, and the same as lines of JSON.
// The protocol is in ../../README.md. Plain C++11: no heap, no String, no floating point, no library.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace coldgate {

const uint8_t kProtocolVersion = 1;
/** Bits of a reading's flags. */
const uint8_t kFlagProbeFault = 0x01;
/** For a sensor that is slower than the cadence. */
const uint8_t kFlagStale = 0x02;
/** Per frame. The payload stays below 254 bytes, so that COBS costs exactly one byte. */
const uint8_t kMaxChannels = 24;

/** One channel of a frame. */
struct ChannelValue {
  uint8_t channel;
  /** false: the probe gave no value; `milli` means nothing. */
  bool isKnown;
  /** Thousandths of a degree Celsius or of a percent; 0 closed and 1000 open for a contact. */
  int32_t milli;
};

/** CRC-32 of IEEE 802.3, without a table: flash is short and a frame is 50 bytes. */
inline uint32_t crc32(const uint8_t *bytes, size_t length) {
  uint32_t crc = 0xFFFFFFFFUL;
  for (size_t index = 0; index < length; index++) {
    crc ^= bytes[index];
    for (uint8_t bit = 0; bit < 8; bit++) crc = (crc & 1) ? (crc >> 1) ^ 0xEDB88320UL : crc >> 1;
  }
  return ~crc;
}

/** CRC-16/MODBUS: the check of a line. */
inline uint16_t crc16(const char *text, size_t length) {
  uint16_t crc = 0xFFFF;
  for (size_t index = 0; index < length; index++) {
    crc ^= (uint8_t)text[index];
    for (uint8_t bit = 0; bit < 8; bit++) crc = (crc & 1) ? (crc >> 1) ^ 0xA001 : crc >> 1;
  }
  return crc;
}

/** A frame in the making. Use once: add what belongs into it, end it, write bytes()[0 .. length()). */
class BinaryFrame {
 public:
  static const uint8_t kDelimiter = 0x00;

  void reading(uint32_t sequence, uint32_t uptimeMs, uint8_t flags, const ChannelValue *values, uint8_t count) {
    if (count > kMaxChannels) count = kMaxChannels;
    head(kArray, 5);
    head(kUnsigned, kProtocolVersion);
    head(kUnsigned, sequence);
    head(kUnsigned, uptimeMs);
    head(kUnsigned, flags);
    head(kArray, count);
    for (uint8_t index = 0; index < count; index++) {
      head(kArray, 2);
      head(kUnsigned, values[index].channel);
      if (values[index].isKnown) integer(values[index].milli);
      else put(kNull);
    }
    seal();
  }

  void hello(const char *boardId, const char *firmwareVersion) {
    head(kArray, 3);
    head(kUnsigned, kProtocolVersion);
    text(boardId);
    text(firmwareVersion);
    seal();
  }

  const uint8_t *bytes() const { return buffer_; }
  size_t length() const { return length_; }

 private:
  static const uint8_t kUnsigned = 0x00, kNegative = 0x20, kText = 0x60, kArray = 0x80, kNull = 0xF6;
  static const uint8_t kMaxName = 32;
  /** COBS code, array, version, two counters, flags, list, channels, CRC, delimiter. */
  static const size_t kCapacity = 1 + 1 + 1 + 5 + 5 + 2 + 2 + kMaxChannels * 8 + 4 + 1;
  static_assert(kCapacity - 2 < 254, "one COBS block has at most 254 bytes");

  /** CBOR's shortest head, as RFC 8949 section 4.2.1 wants it. */
  void head(uint8_t major, uint32_t value) {
    if (value < 24) {
      put(major | (uint8_t)value);
    } else if (value <= 0xFF) {
      put(major | 24);
      put((uint8_t)value);
    } else if (value <= 0xFFFF) {
      put(major | 25);
      put((uint8_t)(value >> 8));
      put((uint8_t)value);
    } else {
      put(major | 26);
      for (int8_t shift = 24; shift >= 0; shift -= 8) put((uint8_t)(value >> shift));
    }
  }

  void integer(int32_t value) {
    // -1 - value, without overflow at the lowest int32.
    if (value < 0) head(kNegative, ~(uint32_t)value);
    else head(kUnsigned, (uint32_t)value);
  }

  void text(const char *characters) {
    uint8_t length = 0;
    while (length < kMaxName && characters[length] != 0) length++;
    head(kText, length);
    for (uint8_t index = 0; index < length; index++) put((uint8_t)characters[index]);
  }

  void put(uint8_t byte) {
    if (length_ < kCapacity) buffer_[length_++] = byte;
  }

  /** Appends the CRC, then stuffs in place: each zero becomes the distance to the next one. */
  void seal() {
    const uint32_t crc = crc32(buffer_ + 1, length_ - 1);
    for (uint8_t shift = 0; shift < 32; shift += 8) put((uint8_t)(crc >> shift));
    size_t codeAt = 0;
    for (size_t index = 1; index < length_; index++) {
      if (buffer_[index] != 0) continue;
      buffer_[codeAt] = (uint8_t)(index - codeAt);
      codeAt = index;
    }
    buffer_[codeAt] = (uint8_t)(length_ - codeAt);
    put(kDelimiter);
  }

  uint8_t buffer_[kCapacity];
  /** The first byte is the first COBS code, known last. */
  size_t length_ = 1;
};

/** The same as a line of text with its check. Used like BinaryFrame. */
class TextFrame {
 public:
  static const uint8_t kDelimiter = '\n';

  void reading(uint32_t sequence, uint32_t uptimeMs, uint8_t flags, const ChannelValue *values, uint8_t count) {
    if (count > kMaxChannels) count = kMaxChannels;
    put('[');
    number(kProtocolVersion);
    put(',');
    number(sequence);
    put(',');
    number(uptimeMs);
    put(',');
    number(flags);
    text(",[");
    for (uint8_t index = 0; index < count; index++) {
      text(index == 0 ? "[" : ",[");
      number(values[index].channel);
      put(',');
      if (values[index].isKnown) integer(values[index].milli);
      else text("null");
      put(']');
    }
    text("]]");
    seal();
  }

  void hello(const char *boardId, const char *firmwareVersion) {
    put('[');
    number(kProtocolVersion);
    text(",\"");
    text(boardId);
    text("\",\"");
    text(firmwareVersion);
    text("\"]");
    seal();
  }

  const uint8_t *bytes() const { return (const uint8_t *)buffer_; }
  size_t length() const { return length_; }

 private:
  static const size_t kCapacity = 40 + kMaxChannels * 18 + 6;
  static_assert(kCapacity <= 512, "a line has at most 512 bytes");

  void number(uint32_t value) {
    char digits[10];
    uint8_t count = 0;
    do {
      digits[count++] = (char)('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (count > 0) put(digits[--count]);
  }

  void integer(int32_t value) {
    if (value < 0) put('-');
    number(value < 0 ? ~(uint32_t)value + 1 : (uint32_t)value);
  }

  void text(const char *characters) {
    while (*characters != 0) put(*characters++);
  }

  void put(char character) {
    if (length_ < kCapacity) buffer_[length_++] = character;
  }

  void seal() {
    const uint16_t crc = crc16(buffer_, length_);
    put('*');
    for (int8_t shift = 12; shift >= 0; shift -= 4) put("0123456789abcdef"[(crc >> shift) & 0x0F]);
    put((char)kDelimiter);
  }

  char buffer_[kCapacity];
  size_t length_ = 0;
};

}  // namespace coldgate
