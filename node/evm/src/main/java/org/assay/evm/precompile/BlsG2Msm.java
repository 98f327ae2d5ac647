package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.assay.primitives.crypto.Bls12;
import org.jspecify.annotations.Nullable;

/// 0x0e: the sum of products of points of G2 of BLS12-381 with scalars (EIP-2537).
final class BlsG2Msm implements Precompile {
    private static final long PRODUCT_GAS = 22_500;
    private static final int ITEM_BYTES = Bls12.G2_BYTES + Bls12.SCALAR_BYTES;

    /// What a product costs in thousandths by the number of products, the first being that of
    /// one; the last holds for all higher numbers.
    private static final short[] DISCOUNTS = {
        1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717, 711, 704,
        699, 693, 688, 683, 679, 674, 670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634,
        632, 629, 627, 624, 622, 620, 618, 615, 613, 611, 609, 607, 606, 604, 602, 600, 598, 597,
        595, 593, 592, 590, 589, 587, 586, 584, 583, 582, 580, 579, 578, 576, 575, 574, 573, 571,
        570, 569, 568, 567, 566, 565, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552,
        552, 551, 550, 549, 548, 547, 546, 545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537,
        537, 536, 535, 535, 534, 533, 532, 532, 531, 530, 530, 529, 528, 528, 527, 526, 526, 525,
        524, 524
    };

    @Override
    public long gas(byte[] input, Fork fork) {
        int items = input.length / ITEM_BYTES;
        if (items == 0) {
            return 0;
        }
        return items * PRODUCT_GAS * DISCOUNTS[Math.min(items, DISCOUNTS.length) - 1] / 1000;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        return input.length == 0 || input.length % ITEM_BYTES != 0
                ? null
                : Bls12.multiplySumG2(input);
    }
}
