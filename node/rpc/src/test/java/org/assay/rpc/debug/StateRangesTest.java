package org.assay.rpc.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assay.chain.BlockBuilder;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.junit.jupiter.api.Test;

/// Pages of states beside what was put into them.
final class StateRangesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecretKey RICH = SecretKey.of(Keccak.EMPTY.toArray());
    private static final Address WRITER = Address.fromHex("0x" + "0a".repeat(20));

    /// sstore(calldata[0..32], calldata[32..64])
    private static final String WRITER_CODE = "0x60203560003555" + "00";

    private static final Address NOBODY = Address.fromHex("0x" + "77".repeat(20));

    private final Blockchain chain = newChain();
    private final DebugMethods methods = new DebugMethods(chain);
    private final TransactionPool pool =
            new TransactionPool(chain.spec().chainId(), PoolLimits.STANDARD, () -> Fork.CANCUN);

    private static Blockchain newChain() {
        String genesis =
                """
                {"config":{"chainId":20260,"homesteadBlock":0,"eip150Block":0,"eip158Block":0,
                "byzantiumBlock":0,"constantinopleBlock":0,"petersburgBlock":0,"istanbulBlock":0,
                "berlinBlock":0,"londonBlock":0,"shanghaiTime":0,"cancunTime":0},
                "difficulty":"0x1","gasLimit":"0x1c9c380","timestamp":"0x1","alloc":{
                "%s":{"balance":"0xd3c21bcecceda1000000"},
                "%s":{"balance":"0x1","code":"%s","storage":{"0x01":"0x2a","0x02":"0x0100"}}}}
                """
                        .formatted(
                                RICH.address().toString().substring(2),
                                WRITER.toString().substring(2),
                                WRITER_CODE);
        MemoryStore store = new MemoryStore();
        return new Blockchain(
                store, WorldState.open(store, StateOptions.bounded()), ChainSpec.parse(genesis));
    }

    /// One block of writes of `slot` = `value`, by transactions from `nonce` on.
    private void mine(long nonce, long[]... writes) {
        for (int i = 0; i < writes.length; i++) {
            Bytes input =
                    Bytes.wrap(UInt256.of(writes[i][0]).toArray())
                            .concat(Bytes.wrap(UInt256.of(writes[i][1]).toArray()));
            Transaction transaction =
                    Transaction.sign(
                            TransactionBody.dynamicFee(
                                    chain.spec().chainId(),
                                    nonce + i,
                                    UInt256.ONE,
                                    UInt256.of(10_000_000_000L),
                                    100_000,
                                    WRITER,
                                    UInt256.ZERO,
                                    input),
                            RICH);
            pool.add(
                    transaction.recover().orElseThrow(),
                    chain.head().state(),
                    UInt256.ONE,
                    30_000_000);
        }
        long time = chain.head().header().timestamp() + 12;
        BlockBuilder.Plan plan =
                new BlockBuilder.Plan(time, Address.ZERO, Bytes.EMPTY, Optional.empty(), List.of());
        var built = new BlockBuilder(chain).build(chain.head(), plan, pool);
        assertThat(built.block().block().transactions()).hasSize(writes.length);
        chain.append(built.block().block(), built.block(), new WriteBatch());
        pool.onBlock(built.block().block().transactions(), chain.head().state());
    }

    private JsonNode call(String method, Object... parameters) {
        JsonNode array = JSON.valueToTree(parameters);
        var found = methods.methods().get(method);
        return JSON.valueToTree(java.util.Objects.requireNonNull(found).apply(new Params(array)));
    }

    private JsonNode storage(String block, int index, String start, int count) {
        return call("debug_storageRangeAt", block, index, WRITER.toString(), start, count);
    }

    private static Map<Long, Long> valuesOf(JsonNode answer) {
        Map<Long, Long> values = new TreeMap<>();
        answer.get("storage")
                .properties()
                .forEach(
                        entry -> {
                            Bytes slot = Bytes.fromHex(entry.getValue().get("key").asText());
                            assertThat(entry.getKey())
                                    .isEqualTo(Keccak.hash256(slot.toArray()).toString());
                            UInt256 value =
                                    UInt256.of(
                                            Bytes.fromHex(entry.getValue().get("value").asText())
                                                    .toArray());
                            values.put(
                                    UInt256.of(slot.toArray()).toLongExact(), value.toLongExact());
                        });
        return values;
    }

    @Test
    void storageIsThatBeforeTheTransactionOfTheBlock() {
        mine(0, new long[] {1, 0}, new long[] {3, 7}, new long[] {2, 9});
        mine(3, new long[] {4, 4});
        assertThat(valuesOf(storage("0x1", 0, "0x", 10))).isEqualTo(Map.of(1L, 42L, 2L, 256L));
        assertThat(valuesOf(storage("0x1", 1, "0x", 10))).isEqualTo(Map.of(2L, 256L));
        assertThat(valuesOf(storage("0x1", 2, "0x", 10))).isEqualTo(Map.of(2L, 256L, 3L, 7L));
        String hash = chain.hashing().hashOf(chain.headerAt(2).orElseThrow()).toString();
        assertThat(valuesOf(storage(hash, 0, "0x", 10))).isEqualTo(Map.of(2L, 9L, 3L, 7L));
    }

    @Test
    void pagesOfStorageFollowEachOtherInTheOrderOfTheirHashes() {
        mine(0, IntStream.range(10, 30).mapToObj(i -> new long[] {i, i}).toArray(long[][]::new));
        mine(20);
        mine(20, new long[] {5, 5});
        List<String> keys = new ArrayList<>();
        Map<Long, Long> all = new TreeMap<>();
        String start = "0x";
        for (int pages = 0; !start.isEmpty(); pages++) {
            assertThat(pages).isLessThan(5);
            JsonNode page = storage("0x3", 0, start, 6);
            page.get("storage").fieldNames().forEachRemaining(keys::add);
            all.putAll(valuesOf(page));
            start = page.get("nextKey").asText("");
            start = page.get("nextKey").isNull() ? "" : start;
        }
        assertThat(keys).hasSize(22).isSorted().doesNotHaveDuplicates();
        assertThat(all).hasSize(22).containsEntry(29L, 29L).containsEntry(1L, 42L);
    }

    @Test
    void anAccountWithoutStorageHasNone() {
        mine(0);
        JsonNode answer = call("debug_storageRangeAt", "latest", 0, NOBODY.toString(), "0x", 5);
        assertThat(answer.toString()).isEqualTo("{\"storage\":null,\"nextKey\":null}");
    }

    @Test
    void refusesATransactionOrBlockThatIsNotThere() {
        mine(0, new long[] {1, 1});
        assertThatThrownBy(() -> storage("0x1", 1, "0x", 1))
                .isInstanceOf(RpcError.class)
                .hasMessageContaining("out of range");
        assertThatThrownBy(() -> storage("0x9", 0, "0x", 1)).isInstanceOf(RpcError.class);
        assertThatThrownBy(() -> storage("0x1", -1, "0x", 1)).isInstanceOf(RpcError.class);
        assertThatThrownBy(() -> storage("0x1", 0, "0x" + "00".repeat(33), 1))
                .isInstanceOf(RpcError.class);
        assertThatThrownBy(() -> call("debug_accountRange", "0x9")).isInstanceOf(RpcError.class);
    }

    @Test
    void accountsComeAsGethShowsThem() {
        mine(0, new long[] {1, 0});
        JsonNode dump = call("debug_accountRange", "latest", "0x", 10, false, false, false);
        Hash root = chain.head().header().stateRoot();
        assertThat(dump.get("root").asText()).isEqualTo(Hex.encodeBare(root.toArray()));
        assertThat(dump.has("next")).isFalse();
        JsonNode writer = dump.get("accounts").get(WRITER.toChecksum());
        assertThat(writer.get("balance").asText()).isEqualTo("1");
        assertThat(writer.get("nonce").asLong()).isZero();
        assertThat(writer.get("code").asText()).isEqualTo(WRITER_CODE);
        assertThat(writer.get("address").asText()).isEqualTo(WRITER.toString());
        assertThat(writer.get("key").asText())
                .isEqualTo(Keccak.hash256(WRITER.toArray()).toString());
        assertThat(writer.get("storage").toString())
                .isEqualTo("{\"0x" + "00".repeat(31) + "02\":\"0100\"}");
        var proof = chain.world().prove(WRITER, List.of());
        assertThat(writer.get("root").asText()).isEqualTo(proof.storageRoot().toString());
        JsonNode rich = dump.get("accounts").get(RICH.address().toChecksum());
        assertThat(rich.get("nonce").asLong()).isEqualTo(1);
        assertThat(rich.has("code")).isFalse();
        assertThat(rich.has("storage")).isFalse();
        JsonNode bare = call("debug_accountRange", "latest", "0x", 10, true, true, false);
        assertThat(bare.get("accounts").get(WRITER.toChecksum()).has("code")).isFalse();
        assertThat(bare.get("accounts").get(WRITER.toChecksum()).has("storage")).isFalse();
        assertThat(call("debug_dumpBlock", "latest")).isEqualTo(dump);
    }

    @Test
    void anOlderStateIsShownAsItWas() {
        mine(0, new long[] {1, 0});
        mine(1, new long[] {6, 6});
        JsonNode then = call("debug_accountRange", "0x0", "0x", 10, false, false, false);
        JsonNode writer = then.get("accounts").get(WRITER.toChecksum());
        assertThat(writer.get("storage").properties()).hasSize(2);
        JsonNode rich = then.get("accounts").get(RICH.address().toChecksum());
        assertThat(rich.get("nonce").asLong()).isZero();
        assertThat(then.get("accounts").has(Address.ZERO.toChecksum())).isFalse();
        JsonNode now = call("debug_accountRange", "latest", "0x", 10, false, false, false);
        assertThat(now.get("accounts").has(Address.ZERO.toChecksum())).isTrue();
    }

    @Test
    void pagesOfAccountsFollowEachOtherInTheOrderOfTheirHashes() {
        mine(0, new long[] {1, 0});
        JsonNode whole = call("debug_accountRange", "latest", "0x", 256, true, true, false);
        List<String> expected = new ArrayList<>();
        whole.get("accounts").forEach(account -> expected.add(account.get("key").asText()));
        assertThat(expected).hasSizeGreaterThan(2).isSorted();
        List<String> found = new ArrayList<>();
        String start = "0x";
        while (!start.isEmpty()) {
            JsonNode page = call("debug_accountRange", "latest", start, 1, true, true, false);
            page.get("accounts").forEach(account -> found.add(account.get("key").asText()));
            assertThat(found).hasSizeLessThanOrEqualTo(expected.size());
            start =
                    page.has("next")
                            ? Hex.encode(Base64.getDecoder().decode(page.get("next").asText()))
                            : "";
        }
        assertThat(found).isEqualTo(expected);
    }
}
