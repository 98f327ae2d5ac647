package org.assay.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.Message;
import org.assay.consensus.message.Message.Commit;
import org.assay.consensus.message.Message.Prepare;
import org.assay.consensus.message.Message.Proposal;
import org.assay.consensus.message.Message.RoundChange;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.rlp.RlpReader;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Everything that a run of Hyperledger Besu 683880b left behind: its messages, its verdicts, its
/// headers, its tables and its chain of 353 blocks.
@Tag("reference")
final class BesuRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static byte[] entry(String name) {
        try (ZipFile zip = new ZipFile(Shared.path("corpora/qbft-besu-run.zip").toFile())) {
            return zip.getInputStream(zip.getEntry(name)).readAllBytes();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static JsonNode vectors() throws IOException {
        return JSON.readTree(entry("qbft-vectors.json"));
    }

    private static Bytes bytes(JsonNode node) {
        return Bytes.fromHex(node.asText());
    }

    private static Hash hash(JsonNode node) {
        return Hash.fromHex(node.asText());
    }

    private static Address address(JsonNode node) {
        return Address.fromHex(node.asText());
    }

    private static Validators validators(JsonNode vectors) {
        List<Address> addresses = new ArrayList<>();
        vectors.get("validators").forEach(it -> addresses.add(address(it.get("address"))));
        return Validators.of(addresses);
    }

    private static HeightContext context(JsonNode vectors, Rules rules) {
        JsonNode context = vectors.get("context");
        return new HeightContext(
                context.get("height").asLong(),
                address(context.get("parentCoinbase")),
                validators(vectors),
                rules);
    }

    private static Map<Address, SecretKey> keys(JsonNode vectors) {
        Map<Address, SecretKey> keys = new HashMap<>();
        for (JsonNode validator : vectors.get("validators")) {
            SecretKey key = SecretKey.of(bytes(validator.get("privateKey")).toArray());
            assertThat(key.address()).isEqualTo(address(validator.get("address")));
            keys.put(key.address(), key);
        }
        return keys;
    }

    private static Message decode(JsonNode node) {
        return switch (Envelope.decode(node.get("code").asInt(), bytes(node.get("rlp")))) {
            case Envelope.Decoding.Decoded(Envelope envelope) -> envelope.message();
            case Envelope.Decoding.Malformed(var reason, String detail) ->
                    throw new AssertionError(node.get("name") + ": " + reason + " " + detail);
        };
    }

    @Test
    void everyMessageRoundTripsWithItsSignatureAndSigner() throws IOException {
        JsonNode vectors = vectors();
        Map<Address, SecretKey> keys = keys(vectors);
        assertThat(vectors.get("messages")).hasSize(34);
        for (JsonNode node : vectors.get("messages")) {
            String name = node.get("name").asText();
            Message message = decode(node);
            assertThat(message.encode()).as(name).isEqualTo(bytes(node.get("rlp")));
            assertThat(Keccak.hash256(message.encode())).isEqualTo(hash(node.get("rlpKeccak")));
            assertThat(message.author()).as(name).isEqualTo(address(node.get("signer")));
            JsonNode signed = node.get("signedPayload");
            Hash signedHash = message.signed().payload().signedHash();
            assertThat(signedHash).as(name).isEqualTo(hash(signed.get("hashSigned")));
            assertThat(message.height()).isEqualTo(signed.get("sequence").asLong());
            assertThat(message.round()).isEqualTo(signed.get("round").asInt());
            SecretKey key = Objects.requireNonNull(keys.get(message.author()));
            assertThat(Secp256k1.sign(signedHash, key).toBytes())
                    .as(name)
                    .isEqualTo(bytes(signed.get("signature")));
            JsonNode block = signed.path("block");
            if (message instanceof Proposal proposal) {
                assertThat(proposal.block().digest()).isEqualTo(hash(block.get("proposalDigest")));
                assertThat(proposal.block().hash()).isEqualTo(hash(block.get("onChainHash")));
                assertThat(proposal.block().encode()).isEqualTo(bytes(block.get("rlp")));
            }
        }
    }

    @Test
    void accessListSlotIsKeptAsItCame() throws IOException {
        JsonNode vectors = vectors();
        Bytes accessList = bytes(vectors.get("amsterdam").get("blockAccessListRlp"));
        for (JsonNode node : vectors.get("messages")) {
            String name = node.get("name").asText();
            Optional<Bytes> slot =
                    switch (decode(node)) {
                        case Proposal proposal -> proposal.signed().payload().accessList();
                        case RoundChange roundChange -> roundChange.accessList();
                        case Prepare ignored -> Optional.of(Bytes.of((byte) 0x80));
                        case Commit ignored -> Optional.of(Bytes.of((byte) 0x80));
                    };
            if (name.startsWith("legacy")) {
                assertThat(slot).as(name).isEmpty();
            } else if (name.startsWith("amsterdam")) {
                assertThat(slot).as(name).contains(accessList);
            } else {
                assertThat(slot).as(name).contains(Bytes.of((byte) 0x80));
            }
        }
    }

    @Test
    void ourVerdictIsBesusInEveryCase() throws IOException {
        JsonNode vectors = vectors();
        assertThat(vectors.get("validation")).hasSize(32);
        for (JsonNode node : vectors.get("validation")) {
            Optional<String> refusal = refusal(node, vectors, Rules.BESU);
            assertThat(refusal.isEmpty())
                    .as(node.get("name").asText() + " " + refusal)
                    .isEqualTo(node.get("besuAccepts").asBoolean());
        }
    }

    @Test
    void assayRulesDifferOnlyInTheRoundOfTheExtraData() throws IOException {
        JsonNode vectors = vectors();
        List<String> different = new ArrayList<>();
        for (JsonNode node : vectors.get("validation")) {
            boolean accepts = refusal(node, vectors, Rules.ASSAY).isEmpty();
            if (accepts != node.get("besuAccepts").asBoolean()) {
                different.add(node.get("name").asText());
            }
        }
        assertThat(different)
                .containsExactly(
                        "proposal-r0-block-extradata-round-not-checked", "roundchange-target-1001");
    }

    private static Optional<String> refusal(JsonNode node, JsonNode vectors, Rules rules) {
        var decoding = Envelope.decode(node.get("code").asInt(), bytes(node.get("rlp")));
        if (!(decoding instanceof Envelope.Decoding.Decoded(Envelope envelope))) {
            return Optional.of(decoding.toString());
        }
        HeightContext context = context(vectors, rules);
        int round = node.path("targetRound").asInt();
        Optional<Refusal> refusal =
                switch (envelope.message()) {
                    case Proposal proposal -> {
                        assertThat(proposal.round()).isEqualTo(round);
                        yield Justification.refuseProposal(proposal, context);
                    }
                    case Prepare prepare ->
                            Justification.refusePrepare(
                                    prepare, round, proposed(node, vectors), context);
                    case Commit commit ->
                            Justification.refuseCommit(
                                    commit, round, proposed(node, vectors), context);
                    case RoundChange roundChange ->
                            Justification.refuseRoundChange(roundChange, context);
                };
        return refusal.map(Refusal::name);
    }

    private static Hash proposed(JsonNode node, JsonNode vectors) {
        for (JsonNode message : vectors.get("messages")) {
            if (message.get("name").equals(node.get("afterProposal"))) {
                return ((Proposal) decode(message)).block().digest();
            }
        }
        throw new AssertionError("no proposal " + node.get("afterProposal"));
    }

    @Test
    void headersHaveBesusThreeFormsAndSealVerdicts() throws IOException {
        JsonNode vectors = vectors();
        assertThat(vectors.get("headers")).hasSize(11);
        for (JsonNode node : vectors.get("headers")) {
            String name = node.get("name").asText();
            QbftHeader header = QbftHeader.decode(bytes(node.get("storedRlp")));
            assertThat(header.encode()).as(name).isEqualTo(bytes(node.get("storedRlp")));
            assertThat(header.sealForm()).isEqualTo(bytes(node.get("commitSealFormRlp")));
            assertThat(header.digest()).as(name).isEqualTo(hash(node.get("commitSealHash")));
            assertThat(header.hashForm()).isEqualTo(bytes(node.get("hashFormRlp")));
            assertThat(header.hash()).as(name).isEqualTo(hash(node.get("onChainHash")));
            assertThat(header.extraData().round()).isEqualTo(node.get("round").asInt());
            assertThat(header.extraData().encode())
                    .isEqualTo(bytes(node.get("extraData").get("raw")));
            boolean accepted =
                    SealCheck.verify(header, validators(vectors))
                            instanceof SealCheck.Result.Sealed;
            assertThat(accepted).as(name).isEqualTo(node.get("commitSealsRuleAccepts").asBoolean());
            List<Address> sealers = new ArrayList<>();
            for (var seal : header.extraData().seals()) {
                sealers.add(Secp256k1.recoverAddress(header.digest(), seal).orElseThrow());
            }
            List<Address> expected = new ArrayList<>();
            node.get("recoveredSealers").forEach(it -> expected.add(address(it)));
            assertThat(sealers).as(name).containsExactlyElementsOf(expected);
        }
        Bytes genesis = bytes(vectors.get("genesisExtraData"));
        assertThat(ExtraData.decode(genesis).encode()).isEqualTo(genesis);
    }

    @Test
    void quorumTimerAndProposerTablesAreBesus() throws IOException {
        JsonNode vectors = vectors();
        for (JsonNode row : vectors.get("quorumTable")) {
            List<Address> set = new ArrayList<>();
            for (int i = 0; i < row.get("n").asInt(); i++) {
                set.add(Address.ofNumber(i + 1));
            }
            Validators validators = Validators.of(set);
            assertThat(validators.quorum()).isEqualTo(row.get("quorum").asInt());
            assertThat(validators.faulty() + 1)
                    .isEqualTo(row.get("earlyRoundChangeQuorum").asInt());
        }
        for (JsonNode row : vectors.get("roundTimerSeconds")) {
            long timeoutMillis = row.get("requestTimeout").asLong() * 1000;
            assertThat(RoundTimer.BESU.delayMillis(timeoutMillis, row.get("round").asInt()))
                    .isEqualTo(row.get("seconds").asLong() * 1000);
        }
        Validators validators = validators(vectors);
        for (JsonNode row : vectors.get("proposerTable")) {
            if (row.get("roundRobin").asBoolean()) { // sticky is refused here, and unused there
                assertThat(
                                validators.proposer(
                                        address(row.get("parentCoinbase")),
                                        row.get("round").asInt()))
                        .isEqualTo(address(row.get("proposer")));
            }
        }
        JsonNode byRound = vectors.get("context").get("proposerByRound");
        for (int round = 0; round < byRound.size(); round++) {
            assertThat(context(vectors, Rules.BESU).proposer(round))
                    .isEqualTo(address(byRound.get(round)));
        }
    }

    @Test
    void besusChainHasOurHashesSealsProposersAndValidators() throws IOException {
        RlpReader reader = RlpReader.of(entry("chain/blocks.rlp"));
        List<String> lines =
                new String(entry("chain/blocks.json"), StandardCharsets.UTF_8).lines().toList();
        VoteTally tally = null;
        Address parentCoinbase = Address.ZERO;
        Hash parentHash = Hash.ZERO;
        int number = 0;
        for (; !reader.isEnd(); number++) {
            Bytes encoded = reader.readRaw();
            ProposedBlock block = ProposedBlock.decode(encoded);
            QbftHeader header = block.header();
            JsonNode line = JSON.readTree(lines.get(number).replaceAll("^\\[|,$|\\]$", ""));
            assertThat(block.encode()).isEqualTo(encoded);
            assertThat(header.number()).isEqualTo(number);
            assertThat(block.hash()).isEqualTo(hash(line.get("hash")));
            assertThat(block.digest()).isEqualTo(hash(line.get("commitSealHash")));
            assertThat(header.parentHash()).isEqualTo(parentHash);
            assertThat(header.extraData().round()).isEqualTo(line.get("round").asInt());
            if (tally == null) {
                tally = VoteTally.atEpoch(header, 100);
            } else {
                Validators validators = tally.validators();
                assertThat(header.extraData().validators()).isEqualTo(validators.sorted());
                assertThat(header.coinbase())
                        .isEqualTo(validators.proposer(parentCoinbase, header.extraData().round()));
                List<Address> signers = new ArrayList<>();
                line.get("sealSigners").forEach(it -> signers.add(address(it)));
                assertThat(SealCheck.verify(header, validators))
                        .isEqualTo(new SealCheck.Result.Sealed(signers));
                tally = tally.after(header);
            }
            parentCoinbase = header.coinbase();
            parentHash = block.hash();
        }
        assertThat(number).isEqualTo(353);
    }
}
