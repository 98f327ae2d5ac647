package org.assay.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Holds the arrows of docs/ARCHITECTURE.md.
class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.assay");

    private static void mayUse(String from, String... to) {
        String[] allowed = new String[to.length + 1];
        System.arraycopy(to, 0, allowed, 0, to.length);
        allowed[to.length] = from;
        String[] packages = new String[allowed.length];
        for (int i = 0; i < allowed.length; i++) {
            packages[i] = "org.assay." + allowed[i] + "..";
        }
        String[] everyone = {
            "primitives",
            "evm",
            "storage",
            "consensus",
            "verifier",
            "contracts",
            "chain",
            "p2p",
            "rpc",
            "app"
        };
        for (String target : everyone) {
            if (java.util.Arrays.asList(allowed).contains(target)) {
                continue;
            }
            noClasses()
                    .that()
                    .resideInAPackage("org.assay." + from + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.assay." + target + "..")
                    .check(CLASSES);
        }
    }

    @Test
    void modulesPointDownwards() {
        mayUse("primitives");
        mayUse("contracts");
        mayUse("evm", "primitives");
        mayUse("storage", "primitives");
        mayUse("consensus", "primitives");
        mayUse("verifier", "primitives");
        mayUse("chain", "primitives", "evm", "storage", "consensus", "verifier", "contracts");
        mayUse("p2p", "primitives", "chain", "consensus");
        mayUse(
                "rpc",
                "primitives",
                "chain",
                "evm",
                "storage",
                "consensus",
                "verifier",
                "contracts");
    }

    @Test
    void onlyOnePackageImportsTheCryptographicLibraries() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.assay.primitives.crypto..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.bouncycastle..",
                        "fr.acinq..",
                        "supranational..",
                        "ethereum.ckzg4844..")
                .check(CLASSES);
    }

    @Test
    void onlyTheGpuPackageImportsCuda() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.assay.verifier.gpu..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jcuda..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void moneyIsCountedInIntegers() {
        classes()
                .that()
                .resideInAPackage("org.assay.consensus.emission..")
                .should()
                .onlyDependOnClassesThat()
                .doNotHaveFullyQualifiedName("java.lang.Double")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("org.assay.consensus.emission..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Float")
                .check(CLASSES);
    }

    @Test
    void consensusHasNoClockAndNoNetwork() {
        noClasses()
                .that()
                .resideInAPackage("org.assay.consensus..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.time..", "io.netty..")
                .check(CLASSES);
    }
}
