using HaWebhook.Fuzzing.Running;
using HaWebhook.Kubernetes;
using HaWebhook.Kubernetes.Json;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Damaged lists or watches, in one piece and in pieces.</summary>
internal sealed class StreamFuzzer(bool isWatch) : DamageFuzzer(Inputs.Streams(isWatch), Inputs.JsonTokens)
{
    public static IReadOnlyList<FuzzerKind> Kinds { get; } =
    [
        new("lists", "answers of an API server to lists", "read, or refused as no list: the same in one piece and in pieces", Weight: 3, static () => new StreamFuzzer(false)),
        new("watches", "answers of an API server to watches", "events, or refused as none: the same in one piece and in pieces", Weight: 3, static () => new StreamFuzzer(true)),
    ];

    public override FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
    {
        var random = new FuzzRandom(plan.Steps.Count == 0 ? 0 : plan.Steps[0].Seed);
        var bytes = input.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var whole = Read(bytes, bytes.Length + 1);
        var judged = Measured(null, whole.Refusal is not null, before, (2 << 20) + (64L * bytes.Length));
        var pieces = Read(bytes, random.Between(1, 4) * (1 + (bytes.Length / 200)));
        return judged with
        {
            Wrong = judged.Wrong ?? (whole.Refusal == pieces.Refusal && whole.Items == pieces.Items
                ? null
                : $"in one piece {whole.Items} items and {whole.Refusal ?? "no refusal"}, in pieces {pieces.Items} and {pieces.Refusal ?? "none"}"),
        };
    }

    private (int Items, string? Refusal) Read(byte[] bytes, int piece)
    {
        using var stream = new PiecewiseStream(bytes, piece);
        using var buffer = new StreamBuffer(stream);
        var items = 0;
        try
        {
            if (isWatch)
            {
                items = ReadWatch(buffer, ref items);
            }
            else
            {
                // Nothing waits: the bytes are all there.
                new ListReader(buffer, _ => items++).ReadAsync(CancellationToken.None).GetAwaiter().GetResult();
            }

            return (items, null);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or KubernetesApiException)
        {
            return (items, exception.GetType().Name);
        }
    }

    private static int ReadWatch(StreamBuffer buffer, ref int items)
    {
        var events = new WatchReader(buffer, count => buffer.FillAsync(count, CancellationToken.None)).ReadAsync("watch", CancellationToken.None).GetAsyncEnumerator();
        while (events.MoveNextAsync().AsTask().GetAwaiter().GetResult())
        {
            items++;
        }

        return items;
    }

    private sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
