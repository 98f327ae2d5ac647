package org.assay.app.node;

import java.util.function.Consumer;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verdict;
import org.assay.verifier.challenge.ChallengeGame;
import org.assay.verifier.challenge.Ruling;
import org.assay.verifier.challenge.Rulings;

/// Where [ProofDesk] has proofs checked, away from the node loop.
public interface ProofChecks {
    /// `then` gets the verdict on the node loop. False when there is no room for more work; the
    /// caller asks again later.
    boolean submit(ProofTask task, Consumer<Verdict> then);

    /// The same for the last step of a challenge.
    boolean submit(Rulings.Case disputed, ChallengeGame game, Consumer<Ruling> then);
}
