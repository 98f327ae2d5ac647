package org.assay.rpc.debug;

import java.util.List;
import java.util.Optional;
import org.assay.evm.BlockContext;
import org.assay.evm.JournaledState;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Authorization;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.state.StateView;

/// The transaction or call that is traced, with its surroundings. `before` is the state it runs
/// on, `live` the changes on top, which a tracer may read while it runs. `place` is where the
/// transaction is in a block; absent for a call. `logsBefore` counts the logs of the block's
/// earlier transactions.
public record Subject(
        BlockContext block,
        Address from,
        TransactionBody body,
        StateView before,
        JournaledState live,
        Optional<Place> place,
        int logsBefore) {

    /// Position in a block.
    public record Place(Hash blockHash, Hash transactionHash, int index) {}

    /// The called or created account.
    public Address target() {
        Address to = body.to();
        return to == null ? Address.ofCreate(from, nonceBefore()) : to;
    }

    private long nonceBefore() {
        var account = before.account(from);
        return account == null ? 0 : account.nonce();
    }

    boolean isCreation() {
        return body.to() == null;
    }

    List<Authorization> authorizations() {
        return body.authorizations();
    }
}
