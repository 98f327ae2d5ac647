package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.storage.MemoryStore;
import org.assay.verifier.Leaf;
import org.junit.jupiter.api.Test;

/// Sidecars and inputs on disk.
final class ShelfTest {
    private static final Hash JOB = Keccak.hash256(new byte[] {1});

    /// Content of 64 bytes whose root begins with `first`.
    private static Bytes contentUnder(char first) {
        for (int salt = 0; ; salt++) {
            Bytes content = Keccak.hash256(new byte[] {(byte) salt, (byte) (salt >> 8)}).toBytes();
            content = content.concat(content);
            if (Leaf.sidecarRoot(content).toBytes().get(0) == (byte) first) {
                return content;
            }
        }
    }

    @Test
    void opensAgainWhateverByteARootBeginsWith() {
        MemoryStore store = new MemoryStore();
        Shelf shelf = new Shelf(store);
        for (char first : new char[] {'J', 'U', 'E', 'N'}) {
            shelf.keep(contentUnder(first), 10);
        }
        Bytes inputs = contentUnder('A');
        assertThat(shelf.keepInputs(JOB, inputs, 10)).isTrue();
        Shelf again = new Shelf(store);
        assertThat(again.inputsOf(JOB)).contains(inputs);
        for (char first : new char[] {'J', 'U', 'E', 'N'}) {
            Bytes content = contentUnder(first);
            assertThat(again.find(Leaf.sidecarRoot(content))).contains(content);
        }
    }

    @Test
    void forgetsAfterTheLastBlockAndNotBefore() {
        MemoryStore store = new MemoryStore();
        Shelf shelf = new Shelf(store);
        Bytes content = contentUnder('J');
        Hash root = Leaf.sidecarRoot(content);
        shelf.keep(content, 10);
        shelf.prune(10);
        assertThat(shelf.find(root)).contains(content);
        shelf.prune(11);
        assertThat(shelf.find(root)).isEmpty();
        assertThat(new Shelf(store).find(root)).isEmpty();
    }

    @Test
    void takesInputsAgainAfterTheyWerePruned() {
        MemoryStore store = new MemoryStore();
        Bytes inputs = contentUnder('J');
        assertThat(new Shelf(store).keepInputs(JOB, inputs, 10)).isTrue();
        Shelf again = new Shelf(store);
        again.prune(11);
        assertThat(again.inputsOf(JOB)).isEmpty();
        assertThat(again.keepInputs(JOB, inputs, 20)).isTrue();
    }
}
