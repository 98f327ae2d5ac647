package org.assay.app.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The size for every build; `assay soak --crash 200` is the other one.
@Tag("simulation")
final class CrashSoakTest {
    @TempDir private Path folder;

    @Test
    @Timeout(300)
    void aKilledNodeLosesNothingThatItAcknowledged() throws Exception {
        List<String> told = new ArrayList<>();
        try (CrashSoak soak = new CrashSoak(folder, 5, 7, told::add)) {
            CrashSoak.Outcome outcome = soak.run();
            assertEquals(List.of(), outcome.problems(), told::toString);
            assertEquals(5, outcome.kills());
            assertTrue(outcome.receipts() >= 5, told::toString);
            assertTrue(outcome.accepted() > 0, told::toString);
            assertTrue(outcome.verifications() >= 3, told::toString);
        }
    }
}
