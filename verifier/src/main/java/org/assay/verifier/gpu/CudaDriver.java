package org.assay.verifier.gpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import jcuda.CudaException;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/// CUDA's driver API through JCuda. Needs `libcuda.so.1`, which comes with the driver, and
/// nothing of the toolkit.
public final class CudaDriver implements Driver {
    private static final int NAME_BYTES_MAX = 256;
    private static final String LIBRARY = "libcuda.so.1";
    private static final String NO_DRIVER = "no CUDA driver: libcuda.so.1 cannot be loaded";

    /// The packaged kernels on the first device that has the capability and passes the self-test;
    /// empty with a reason for `why` where there is none.
    public static Optional<Device> first(Consumer<String> why) {
        CudaDriver driver = new CudaDriver();
        Optional<String> failure = driver.load();
        if (failure.isPresent()) {
            why.accept(failure.get());
            return Optional.empty();
        }
        try {
            for (int i = 0; i < driver.deviceCount(); i++) {
                Optional<byte[]> fatbin = Kernels.fatbin();
                if (!Doctor.capable(driver.facts(i)) || fatbin.isEmpty()) {
                    continue;
                }
                Optional<Device> device = driver.tested(i, fatbin.get(), why);
                if (device.isPresent()) {
                    return device;
                }
            }
            why.accept("no device that the kernels run on");
        } catch (GpuException | CudaException e) {
            why.accept(String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    /// The device with its tensor cores, or without them where these fail the self-test.
    private Optional<Device> tested(int index, byte[] fatbin, Consumer<String> why) {
        for (boolean tensorCores : new boolean[] {true, false}) {
            Device device = open(index, fatbin, tensorCores);
            Optional<String> mismatch = SelfTest.run(device);
            if (mismatch.isEmpty()) {
                return Optional.of(device);
            }
            why.accept(device.name() + " fails its self-test: " + mismatch.get());
            device.close();
        }
        return Optional.empty();
    }

    @Override
    public Optional<String> load() {
        // Asked first, so that nothing of JCuda is unpacked where there is no driver.
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(LIBRARY, arena);
        } catch (IllegalArgumentException e) {
            return Optional.of(NO_DRIVER);
        }
        String shared = System.getProperty("java.io.tmpdir");
        try {
            // JCuda unpacks its library under a fixed name: into a folder of our own.
            Path own = Files.createTempDirectory("assay-jcuda-");
            own.toFile().deleteOnExit();
            System.setProperty("java.io.tmpdir", own.toString());
            JCudaDriver.setExceptionsEnabled(true);
            JCudaDriver.cuInit(0);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("no room for JCuda's library under " + shared);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
            return Optional.of(NO_DRIVER);
        } catch (CudaException e) {
            return Optional.of("cuInit: " + e.getMessage());
        } finally {
            System.setProperty("java.io.tmpdir", shared);
        }
    }

    @Override
    public int version() {
        int[] version = new int[1];
        JCudaDriver.cuDriverGetVersion(version);
        return version[0];
    }

    @Override
    public int deviceCount() {
        int[] count = new int[1];
        JCudaDriver.cuDeviceGetCount(count);
        return count[0];
    }

    static CUdevice device(int index) {
        CUdevice device = new CUdevice();
        JCudaDriver.cuDeviceGet(device, index);
        return device;
    }

    private static int attribute(CUdevice device, int attribute) {
        int[] value = new int[1];
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device);
        return value[0];
    }

    @Override
    public Facts facts(int index) {
        CUdevice device = device(index);
        byte[] name = new byte[NAME_BYTES_MAX];
        JCudaDriver.cuDeviceGetName(name, name.length, device);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        long[] memory = new long[1];
        JCudaDriver.cuDeviceTotalMem(memory, device);
        return new Facts(
                new String(name, 0, length, StandardCharsets.UTF_8),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
                memory[0]);
    }

    @Override
    public Device open(int index, byte[] fatbin) {
        return open(index, fatbin, true);
    }

    @Override
    public Device openPlain(int index, byte[] fatbin) {
        return open(index, fatbin, false);
    }

    @Override
    public Optional<String> cublas() {
        return Cublas.library();
    }

    /// Without tensor cores there is no cuBLAS either: only what was tested least is left out.
    private Device open(int index, byte[] fatbin, boolean tensorCores) {
        try {
            return new CudaDevice(
                    index,
                    facts(index).name(),
                    fatbin,
                    tensorCores,
                    () -> tensorCores ? Cublas.load() : Optional.empty());
        } catch (CudaException e) {
            throw new GpuException("kernels on device " + index + ": " + e.getMessage(), e);
        }
    }
}
