/// `assay dev`: a chain of one validator for developers, with the cheats of Anvil and Hardhat.
///
/// A cheat is an amendment of the head's state: readable at once, part of the next block's
/// changes on disk, and kept in the journal ([DevJournal]), so that the chain can be replayed
/// with its amendments and the supply audit can account for made-up coins. Keys in META, under
/// `dev:`: `pending` (the amendment of the head), `clock` (offset in seconds), `cheat:` ‖ height
/// (8 bytes, big-endian) of each block that is not by the rules alone. A node refuses such a
/// database.
@NullMarked
package org.assay.app.dev;

import org.jspecify.annotations.NullMarked;
