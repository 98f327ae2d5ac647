package org.assay.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.assay.chain.ConfigException;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.junit.jupiter.api.Test;

final class RemoteSignerTest {
    private static final SecretKey KEY = key("one");
    private static final SecretKey OTHER = key("two");
    private static final Bytes MESSAGE = Bytes.fromHex("0x0102030405");
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static SecretKey key(String name) {
        return SecretKey.of(
                Keccak.hash256(Bytes.of(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                        .toArray());
    }

    private static void refuses(RemoteSigner signer, String why) {
        CompletionException failure =
                assertThrows(CompletionException.class, () -> signer.sign(MESSAGE).join());
        String said = String.valueOf(failure.getCause());
        assertTrue(failure.getCause() instanceof SignerException && said.contains(why), said);
    }

    @Test
    void signsWhatTheKeyItselfWouldSign() throws Exception {
        try (TestSigner service = new TestSigner(KEY);
                RemoteSigner signer =
                        RemoteSigner.connect(service.url(), Optional.empty(), PATIENCE)) {
            assertEquals(KEY.address(), signer.address());
            assertEquals(Secp256k1.sign(Keccak.hash256(MESSAGE), KEY), signer.sign(MESSAGE).join());
        }
    }

    @Test
    void refusesAnswersThatAreNoSignatureOfItsKey() throws Exception {
        try (TestSigner service = new TestSigner(KEY);
                RemoteSigner signer =
                        RemoteSigner.connect(service.url(), Optional.empty(), PATIENCE)) {
            service.instead = Secp256k1.sign(Keccak.hash256(MESSAGE), OTHER).toBytes().toString();
            refuses(signer, "is not by " + KEY.address());
            Signature good = Secp256k1.sign(Keccak.hash256(MESSAGE), KEY);
            Signature high =
                    new Signature(
                            good.r(), Signature.CURVE_ORDER.subtract(good.s()), 1 - good.yParity());
            service.instead = high.toBytes().toString();
            refuses(signer, "is not by");
            service.instead = "0x1234";
            refuses(signer, "not a signature");
            service.instead = "signing is disabled";
            refuses(signer, "not a signature");
            service.instead = "0x" + "00".repeat(1 << 20);
            refuses(signer, "no answer");
        }
    }

    @Test
    void givesUpOnASlowService() throws Exception {
        try (TestSigner service = new TestSigner(KEY);
                RemoteSigner signer =
                        RemoteSigner.connect(service.url(), Optional.empty(), PATIENCE)) {
            service.delayMillis = 10_000;
            refuses(signer, "HttpTimeoutException");
        }
    }

    @Test
    void wantsOneKeyNamedWhereThereAreMore() throws Exception {
        try (TestSigner service = new TestSigner(KEY, OTHER)) {
            assertThrows(
                    ConfigException.class,
                    () -> RemoteSigner.connect(service.url(), Optional.empty(), PATIENCE));
            try (RemoteSigner signer =
                    RemoteSigner.connect(
                            service.url(), Optional.of(OTHER.address().toString()), PATIENCE)) {
                assertEquals(OTHER.address(), signer.address());
            }
            assertThrows(
                    ConfigException.class,
                    () ->
                            RemoteSigner.connect(
                                    service.url(),
                                    Optional.of(key("three").address().toString()),
                                    PATIENCE));
        }
        assertThrows(
                ConfigException.class,
                () -> RemoteSigner.connect("http://127.0.0.1:1", Optional.empty(), PATIENCE));
        assertThrows(
                ConfigException.class,
                () -> RemoteSigner.connect("file:///etc", Optional.empty(), PATIENCE));
    }
}
