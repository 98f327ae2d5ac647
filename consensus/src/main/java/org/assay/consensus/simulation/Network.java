package org.assay.consensus.simulation;

import java.util.ArrayList;
import java.util.List;
import org.assay.consensus.Rules;
import org.assay.consensus.Timing;
import org.assay.consensus.Validators;
import org.assay.primitives.Address;
import org.assay.primitives.crypto.SecretKey;

/// What a seed's network is, for whoever makes its genesis: the keys of its members, whether they
/// validate in turns, and what each is told. `genesisSeconds` since 1970.
public record Network(
        List<SecretKey> keys,
        boolean changingSet,
        Rules rules,
        Timing timing,
        long genesisSeconds) {
    /// In a changing set each member in turn sits out this many heights.
    public static final int AWAY_BLOCKS = 4;

    public Network {
        keys = List.copyOf(keys);
    }

    public List<Address> members() {
        return keys.stream().map(SecretKey::address).toList();
    }

    /// Who validates `height` ≥ 1.
    public Validators validatorsAt(long height) {
        List<Address> members = members();
        int away = changingSet ? (int) (height / AWAY_BLOCKS % members.size()) : members.size();
        List<Address> set = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            if (i != away) {
                set.add(members.get(i));
            }
        }
        return Validators.of(set);
    }
}
