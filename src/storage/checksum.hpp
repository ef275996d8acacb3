// CRC-32C (Castagnoli): the checksum over records, because LMDB 0.9 has none.
//
// It guards against a disk's faults, not against an adversary: the ledger's hashes do that. CRC-32C
// finds every burst of up to 32 bits and has Hamming distance 6 up to 655 bytes, where IEEE's
// CRC-32 (zlib) has 5 up to 371 only; and x86 has an instruction for it, so that a scrub of the
// journal runs at the disk's speed. No library that the project uses offers it, and it is short.
// Source: RFC 3720, section 12.1 and appendix B.4 (test vectors); P. Koopman, "32-Bit Cyclic
// Redundancy Codes for Internet Applications", 2002.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace tally::storage {

/// The CRC-32C of `bytes`, whose first part has the CRC-32C `first` (0: there is none):
/// crc32c(ab) = crc32c(b, crc32c(a)). Any thread.
[[nodiscard]] std::uint32_t crc32c(ByteView bytes, std::uint32_t first = 0);

/// The same without the instruction, for machines that lack it. About 400 MB/s.
[[nodiscard]] std::uint32_t crc32c_portable(ByteView bytes, std::uint32_t first = 0);

}  // namespace tally::storage
