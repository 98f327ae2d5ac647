package org.assay.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Test;

class EnodeTest {
    private static final SecretKey KEY = SecretKey.generate(new SecureRandom());

    @Test
    void readsWhatItWrites() {
        Enode enode = Enode.of(KEY, "127.0.0.1", 30303);
        assertThat(Enode.parse(enode.toString())).contains(enode);
        assertThat(enode.address()).isEqualTo(KEY.address());
        assertThat(enode.toString()).startsWith("enode://").endsWith("@127.0.0.1:30303");
        Enode apart = new Enode(enode.publicKey(), "[::1]", 30303, 30301);
        assertThat(Enode.parse(apart.toString())).contains(apart);
        assertThat(apart.endpoint().getPort()).isEqualTo(30303);
        assertThat(apart.endpoint().getAddress().isLoopbackAddress()).isTrue();
    }

    @Test
    void refusesUrlsOfOtherShapes() {
        String good = Enode.of(KEY, "127.0.0.1", 30303).toString();
        assertThat(Enode.parse(good)).isPresent();
        assertThat(Enode.parse(good.replace("enode", "http"))).isEmpty();
        assertThat(Enode.parse(good.replace(":30303", ""))).isEmpty();
        assertThat(Enode.parse(good.replace(":30303", ":70000"))).isEmpty();
        assertThat(Enode.parse(good.replace("enode://", "enode://00"))).isEmpty();
        assertThat(Enode.parse(good.substring(0, 8) + "00".repeat(64) + "@127.0.0.1:30303"))
                .isEmpty();
        assertThat(Enode.parse(good + "?discport=0")).isEmpty();
        assertThat(Enode.parse("enode://" + "zz".repeat(64) + "@a:1")).isEmpty();
        assertThat(Enode.parse("")).isEmpty();
    }
}
