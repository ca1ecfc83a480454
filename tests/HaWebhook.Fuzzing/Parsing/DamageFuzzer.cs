using System.Text;
using HaWebhook.Fuzzing.Running;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Damages inputs of one sort and looks how their reader takes it.</summary>
/// <param name="inputs">What it starts from.</param>
/// <param name="tokens">Pieces that mean something to the reader.</param>
internal abstract class DamageFuzzer(IReadOnlyList<byte[]> inputs, IReadOnlyList<byte[]> tokens) : IFuzzer
{
    private const int LongestMessage = 4_000;

    private readonly Damage _damage = new(tokens);
    private readonly int _small = inputs.Count(input => input.Length < 100_000);

    public IReadOnlyList<string> Mutations => Damage.Names;

    /// <summary>Few: what is damaged all over is refused at its first byte.</summary>
    public int MostSteps => 4;

    public int PickStart(ref FuzzRandom random) => random.OneIn(2_000) ? random.Next(inputs.Count) : random.Next(_small);

    public string NameOf(int start) => $"input {start} of {inputs.Count}, {inputs[start].Length} bytes";

    public ReadOnlyMemory<byte> Compose(FuzzPlan plan) => _damage.Apply(plan, inputs);

    public abstract FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input);

    /// <summary>What is wrong with a message for people.</summary>
    protected static string? WrongMessage(string message) =>
        message.Length is 0 or > LongestMessage ? $"a message has {message.Length} characters"
        : message.Any(char.IsControl) ? "a message has a control character"
        : null;

    /// <summary>The bytes as a reader of files takes them.</summary>
    protected static string TextOf(ReadOnlyMemory<byte> input) => Encoding.UTF8.GetString(input.Span).TrimStart('\uFEFF');

    /// <summary>How many lines a text has, by the widest meaning of a line.</summary>
    protected static int LinesOf(string text) => text.AsSpan().Count('\n') + text.AsSpan().Count('\r') + text.AsSpan().Count('\u0085') + text.AsSpan().Count('\u2028')
        + text.AsSpan().Count('\u2029') + 1;

    /// <summary>A judgement with the bytes that were allocated since.</summary>
    /// <param name="wrong">What is wrong; null for nothing.</param>
    /// <param name="isRefused">Whether the input was refused.</param>
    /// <param name="before">What the thread had allocated before.</param>
    /// <param name="limit">The most that it may have allocated since.</param>
    protected static FuzzOutcome Measured(string? wrong, bool isRefused, long before, long limit)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return new(wrong ?? (allocated > limit ? $"{allocated} bytes are allocated; at most {limit} may be" : null), isRefused, allocated);
    }
}
