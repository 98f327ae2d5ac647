package org.assay.rpc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.function.Function;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.Emissions;
import org.assay.chain.system.Predeploys;
import org.assay.consensus.emission.Audit;
import org.assay.consensus.emission.LedgerRow;
import org.assay.consensus.emission.Policy;
import org.assay.primitives.Address;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;

/// `/supply/total`, `/supply/circulating` and `/supply/max` as plain numbers, in the form that
/// listing sites read: coins as an exact decimal, or wei with `?unit=wei`. All are of the head.
///
/// Total: genesis + minted − burned − recycled. Circulating: total less what the contracts hold
/// that lock coins: stake, job escrow and rewards not yet claimed. Max: genesis and the policy's
/// cap together, which burning only lowers.
final class SupplyRoutes {
    private static final int DECIMALS = 18;
    private static final List<Address> LOCKED =
            List.of(Predeploys.STAKING, Predeploys.JOBS, Predeploys.REWARDS);

    private final Blockchain chain;

    private SupplyRoutes(Blockchain chain) {
        this.chain = chain;
    }

    /// The three pages; none for a chain without emission.
    static List<HttpRoute> of(Blockchain chain) {
        if (chain.spec().assay().isEmpty()) {
            return List.of();
        }
        SupplyRoutes routes = new SupplyRoutes(chain);
        return List.of(
                routes.route("/supply/total", routes::total),
                routes.route("/supply/circulating", routes::circulating),
                routes.route("/supply/max", routes::max));
    }

    private HttpRoute route(String path, Function<ChainHead, BigInteger> wei) {
        return HttpRoute.of(
                path,
                query -> {
                    String unit = query.first("unit").orElse("coin");
                    return switch (unit) {
                        case "coin", "wei" ->
                                HttpRoute.Page.text(text(wei.apply(chain.head()), unit));
                        default -> HttpRoute.Page.of(400, "text/plain", "unit is coin or wei\n");
                    };
                });
    }

    private BigInteger total(ChainHead head) {
        LedgerRow row = chain.contexts().viewsAfter(head.header(), head.state()).ledger();
        return Audit.supplyWei(
                chain.spec().genesis().supplyWei(), row, head.burned().destroyedWei());
    }

    private BigInteger circulating(ChainHead head) {
        BigInteger wei = total(head);
        for (Address contract : LOCKED) {
            wei = wei.subtract(balance(head.state(), contract));
        }
        return wei;
    }

    private BigInteger max(ChainHead head) {
        LedgerRow row = chain.contexts().viewsAfter(head.header(), head.state()).ledger();
        Policy policy = chain.spec().assay().map(Emissions::policyOf).orElseThrow();
        return policy.versionAt(head.number() + 1, row.clock())
                .capWei()
                .add(chain.spec().genesis().supplyWei().toBigInteger());
    }

    private static BigInteger balance(StateView state, Address address) {
        Account account = state.account(address);
        return account == null ? BigInteger.ZERO : account.balance().toBigInteger();
    }

    private static String text(BigInteger wei, String unit) {
        return unit.equals("wei")
                ? wei.toString()
                : new BigDecimal(wei, DECIMALS).stripTrailingZeros().toPlainString();
    }
}
