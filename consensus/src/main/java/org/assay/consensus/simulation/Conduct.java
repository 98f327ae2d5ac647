package org.assay.consensus.simulation;

import org.assay.consensus.message.Message;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;

/// Where a [SimulatedNode]'s deeds go: to the network and the safety check, or through the hands
/// of an adversary.
interface Conduct {
    void send(Address to, Packet packet);

    void onSpeech(Message message);

    void onAppend(ProposedBlock block, Hash parent);

    void onBlame(Address blamed, String reason);

    void onSitOut(long height);

    /// Everything is sent, everything is checked.
    record Honest(World world, Address self) implements Conduct {
        @Override
        public void send(Address to, Packet packet) {
            world.send(self, to, packet);
        }

        @Override
        public void onSpeech(Message message) {
            world.safety.onSpeech(message);
        }

        @Override
        public void onAppend(ProposedBlock block, Hash parent) {
            world.safety.onAppend(self, block, parent);
        }

        @Override
        public void onBlame(Address blamed, String reason) {
            world.safety.onBlame(self, blamed, reason);
        }

        @Override
        public void onSitOut(long height) {
            world.safety.onSitOut(self, height);
        }
    }
}
