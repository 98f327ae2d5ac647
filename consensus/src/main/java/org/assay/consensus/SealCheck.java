package org.assay.consensus;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.Signature;

/// Commit seals of a header against the validators of its height, for import and sync: no seal
/// twice, no signer twice, each a validator, at least a quorum; in any order.
public final class SealCheck {
    private SealCheck() {}

    public enum Reason {
        DUPLICATE_SEAL,
        SEAL_OF_NO_KEY,
        SEAL_NOT_BY_A_VALIDATOR,
        TOO_FEW_SEALS
    }

    public sealed interface Result {
        /// `signers` in the order of their seals.
        record Sealed(List<Address> signers) implements Result {}

        record Refused(Reason reason) implements Result {}
    }

    public static Result verify(QbftHeader header, Validators validators) {
        List<Signature> seals = header.extraData().seals();
        if (new HashSet<>(seals).size() != seals.size()) {
            return new Result.Refused(Reason.DUPLICATE_SEAL);
        }
        if (seals.size() > validators.count()) {
            return new Result.Refused(Reason.SEAL_NOT_BY_A_VALIDATOR);
        }
        Hash digest = header.digest();
        List<Address> signers = new ArrayList<>();
        Set<Address> distinct = new HashSet<>();
        for (Signature seal : seals) {
            Optional<Address> signer = Secp256k1.recoverAddress(digest, seal);
            if (signer.isEmpty()) {
                return new Result.Refused(Reason.SEAL_OF_NO_KEY);
            }
            if (!validators.contains(signer.get())) {
                return new Result.Refused(Reason.SEAL_NOT_BY_A_VALIDATOR);
            }
            if (!distinct.add(signer.get())) {
                return new Result.Refused(Reason.DUPLICATE_SEAL);
            }
            signers.add(signer.get());
        }
        return signers.size() < validators.quorum()
                ? new Result.Refused(Reason.TOO_FEW_SEALS)
                : new Result.Sealed(List.copyOf(signers));
    }

    /// The block as final, or empty where [#verify] refuses it.
    public static Optional<FinalBlock> seal(ProposedBlock block, Validators validators) {
        return switch (verify(block.header(), validators)) {
            case Result.Sealed(List<Address> signers) ->
                    Optional.of(new FinalBlock(block, signers));
            case Result.Refused ignored -> Optional.empty();
        };
    }

    /// Whether `key` proposed or sealed the block of `header`.
    public static boolean isSignedBy(QbftHeader header, Address key) {
        if (header.coinbase().equals(key)) {
            return true;
        }
        Hash digest = header.digest();
        return header.extraData().seals().stream()
                .anyMatch(
                        seal ->
                                Secp256k1.recoverAddress(digest, seal)
                                        .filter(key::equals)
                                        .isPresent());
    }
}
