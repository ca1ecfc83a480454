using System.Numerics;

namespace HaWebhook.Fuzzing.Running;

/// <summary>Numbers that follow from a seed and nothing else (SplitMix64), so that a case can be repeated on any machine.</summary>
/// <param name="seed">Any number.</param>
internal struct FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 up to, and without, this.</summary>
    public int Next(int below) => (int)Math.BigMul(Next(), (ulong)below, out _);

    /// <summary>Both ends included.</summary>
    public int Between(int least, int most) => least + Next(most - least + 1);

    public bool OneIn(int count) => Next(count) == 0;

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    /// <summary>A seed of its own for each pair.</summary>
    public static ulong Mix(ulong one, ulong other) => new FuzzRandom(BitOperations.RotateLeft(one, 32) ^ (other * 0x2545_F491_4F6C_DD1D)).Next();
}
