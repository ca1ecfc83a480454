namespace HaWebhook.Fuzzing.Running;

/// <summary>How a case is made: what it starts from and what is done to it.</summary>
/// <param name="Start">Which of the fuzzer's inputs.</param>
/// <param name="Steps">The mutations, in their order.</param>
internal sealed record FuzzPlan(int Start, IReadOnlyList<FuzzStep> Steps)
{
    /// <summary>The plan that follows from a case's random numbers.</summary>
    public static FuzzPlan Of(IFuzzer fuzzer, ref FuzzRandom random)
    {
        var start = fuzzer.PickStart(ref random);
        var steps = new FuzzStep[random.Between(1, fuzzer.MostSteps)];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = new(random.Next(fuzzer.Mutations.Count), random.Next());
        }

        return new(start, steps);
    }

    /// <summary>The plan without one of its steps.</summary>
    public FuzzPlan Without(int step) => this with { Steps = [.. Steps.Where((_, index) => index != step)] };
}

/// <summary>One mutation.</summary>
/// <param name="Mutation">Which of the fuzzer's mutations.</param>
/// <param name="Seed">The seed of its own random numbers: it does the same whatever comes before it.</param>
internal readonly record struct FuzzStep(int Mutation, ulong Seed);
