/// STORAGE, the retrievability audit (PROOFS section 4d): a provider shows that it still holds
/// coded data, by answering 40 leaves that the beacon picks each epoch.
///
/// Data is cut into 4 KiB leaves, zero-filled, their number raised to a power of two, and coded
/// at rate ½ by an MDS code over GF(2^16): any half of the coded leaves gives the data back, so
/// losing it takes more than half of them missing and 40 draws miss that with probability 2^-40.
/// An object has at most 65,536 coded leaves (128 MiB of data); more data is more objects.
///
///     leaf  = SHA256(5‖u32 index‖4096 bytes), nodes as in Merkle
///     objectId = keccak("ASSAY-STORAGE"‖root‖u32 coded leaves)
///     draws = words of SHA256(keccak("STORE"‖mix‖objectId)‖u32 ctr), uniform, repeats redrawn
///     proof = for each drawn leaf, in the order drawn: 4096 bytes‖path from the bottom up
///
/// The root must come from the data's owner, or from whoever checked the encoding once: a
/// provider's own root need not be a codeword. Replicas are not told apart: what is paid for is
/// retrievability.
///
/// Not there yet: contracts for storage jobs. The registry takes templates of kinds 1 to 3 only.
@NullMarked
package org.assay.verifier.storage;

import org.jspecify.annotations.NullMarked;
