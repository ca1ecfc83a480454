using System.Diagnostics;

namespace HaWebhook.Fuzzing.Running;

/// <summary>One thread of a run: makes cases by their numbers and judges them.</summary>
internal sealed class FuzzWorker(FuzzOptions options)
{
    private readonly IFuzzer?[] _fuzzers = new IFuzzer?[options.Kinds.Count];
    private readonly int _weights = options.Kinds.Sum(kind => kind.Weight);
    private long _case = -1;
    private long _startedAt;

    public IReadOnlyList<FuzzCount> Counts { get; } = [.. options.Kinds.Select(_ => new FuzzCount())];

    /// <summary>The case that is running, and for how long; null between two.</summary>
    public (long Case, TimeSpan Elapsed)? Running
    {
        get
        {
            var startedAt = Volatile.Read(ref _startedAt);
            var number = Volatile.Read(ref _case);
            return number < 0 ? null : (number, Stopwatch.GetElapsedTime(startedAt));
        }
    }

    /// <summary>Runs a case.</summary>
    /// <returns>What went wrong; null for nothing.</returns>
    public FuzzFailure? Run(long number)
    {
        var (kind, plan) = PlanOf(number);
        var fuzzer = Fuzzer(kind);
        var count = Counts[kind];
        Volatile.Write(ref _startedAt, Stopwatch.GetTimestamp());
        Volatile.Write(ref _case, number);
        var judgement = Judge(fuzzer, plan, out var elapsed);
        if (elapsed > options.Limit)
        {
            // The machine may have had something else to do: only what takes that long every time is slow.
            for (var i = 0; i < 2 && elapsed > options.Limit; i++)
            {
                judgement = Judge(fuzzer, plan, out var again);
                elapsed = again < elapsed ? again : elapsed;
            }
        }

        Volatile.Write(ref _case, -1);
        count.Cases++;
        count.Total += elapsed;
        count.Refused += judgement.IsRefused ? 1 : 0;
        count.LargestAllocation = Math.Max(count.LargestAllocation, judgement.Allocated);
        count.Longest = elapsed > count.Longest ? elapsed : count.Longest;
        var wrong = judgement.Wrong ?? (elapsed > options.Limit ? $"took longer than {options.Limit.TotalSeconds:0.###} s" : null);
        return wrong is null ? null : Minimise(kind, plan, number, wrong);
    }

    /// <summary>How a case is made, without running it.</summary>
    public (int Kind, FuzzPlan Plan) PlanOf(long number)
    {
        var random = new FuzzRandom(FuzzRandom.Mix(options.Seed, (ulong)number));
        var kind = KindOf(ref random);
        return (kind, FuzzPlan.Of(Fuzzer(kind), ref random));
    }

    public IFuzzer Fuzzer(int kind) => _fuzzers[kind] ??= options.Kinds[kind].Create();

    /// <summary>The failure of a case that nobody waits for.</summary>
    public FuzzFailure Endless(long number)
    {
        var random = new FuzzRandom(FuzzRandom.Mix(options.Seed, (ulong)number));
        var name = options.Kinds[KindOf(ref random)].Name;
        return new(name, options.Seed, number, $"has not ended after {options.Patience.TotalSeconds:0} s", "what its replay says", [], []) { IsAlone = IsAlone };
    }

    private bool IsAlone => options.Kinds.Count == 1;

    private int KindOf(ref FuzzRandom random)
    {
        var share = random.Next(_weights);
        var kind = 0;
        while (share >= options.Kinds[kind].Weight)
        {
            share -= options.Kinds[kind++].Weight;
        }

        return kind;
    }

    /// <summary>Leaves out mutations as long as the case still goes wrong.</summary>
    private FuzzFailure Minimise(int kind, FuzzPlan plan, long number, string wrong)
    {
        var fuzzer = Fuzzer(kind);
        var isSlow = Judge(fuzzer, plan, out _).Wrong is null;
        for (var i = plan.Steps.Count - 1; i >= 0 && !isSlow; i--)
        {
            var smaller = plan.Without(i);
            if (Judge(fuzzer, smaller, out _).Wrong is { } still)
            {
                (plan, wrong) = (smaller, still);
            }
        }

        return new(
            options.Kinds[kind].Name,
            options.Seed,
            number,
            wrong,
            fuzzer.NameOf(plan.Start),
            [.. plan.Steps.Select(step => fuzzer.Mutations[step.Mutation])],
            fuzzer.Compose(plan).ToArray())
        {
            IsAlone = IsAlone,
        };
    }

    private static FuzzOutcome Judge(IFuzzer fuzzer, FuzzPlan plan, out TimeSpan elapsed)
    {
        var input = fuzzer.Compose(plan);
        var started = Stopwatch.GetTimestamp();
        try
        {
            return fuzzer.Judge(plan, input);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new($"{exception.GetType().Name}: {exception.Message} {Where(exception)}", false, 0);
        }
        finally
        {
            elapsed = Stopwatch.GetElapsedTime(started);
        }
    }

    /// <summary>The innermost methods of the project that an exception came from.</summary>
    public static string Where(Exception exception) => string.Join(
        " < ",
        (exception.StackTrace ?? "").Split('\n')
            .Where(line => line.Contains(" HaWebhook.", StringComparison.Ordinal))
            .Take(3)
            .Select(line => line.Trim().Split('(')[0]));
}
