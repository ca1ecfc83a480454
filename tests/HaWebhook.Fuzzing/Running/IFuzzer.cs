namespace HaWebhook.Fuzzing.Running;

/// <summary>Makes inputs of one sort and judges what becomes of them. Each worker has its own.</summary>
internal interface IFuzzer
{
    /// <summary>The names of its mutations.</summary>
    IReadOnlyList<string> Mutations { get; }

    /// <summary>The most mutations of one case.</summary>
    int MostSteps { get; }

    /// <summary>Chooses what a case starts from.</summary>
    int PickStart(ref FuzzRandom random);

    /// <summary>What people call that.</summary>
    string NameOf(int start);

    /// <summary>The input that a plan makes. Valid until the next one.</summary>
    ReadOnlyMemory<byte> Compose(FuzzPlan plan);

    /// <summary>Feeds the input to what is tested, and judges the outcome.</summary>
    FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input);
}

/// <summary>What became of an input.</summary>
/// <param name="Wrong">What is wrong with it, in a line; null for nothing.</param>
/// <param name="IsRefused">Whether the input was refused with a message, as damaged input should be.</param>
/// <param name="Allocated">Bytes that were allocated for it.</param>
internal readonly record struct FuzzOutcome(string? Wrong, bool IsRefused, long Allocated);

/// <summary>A sort of fuzzer.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Input">What it mutates.</param>
/// <param name="Oracle">What must hold of every case.</param>
/// <param name="Weight">Its share of the cases, of the sum of all weights.</param>
/// <param name="Create">Makes one for a worker.</param>
internal sealed record FuzzerKind(string Name, string Input, string Oracle, int Weight, Func<IFuzzer> Create);
