using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Admission;

namespace HaWebhook.Tests.Admission;

/// <summary>The arithmetic of what may be in flight.</summary>
public sealed class FairBudgetTests
{
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(10, "10", "+")]
    [InlineData(10, "10 1", "+-")]
    [InlineData(10, "4 6 1", "++-")]
    [InlineData(10, "4 7 6", "+-+")]
    [InlineData(10, "11", "-")]
    [InlineData(1, "1 1", "+-")]
    [InlineData(long.MaxValue, "9223372036854775807 1", "+-")]
    public void What_fits_is_had_at_once(long capacity, string amounts, string expected)
    {
        var budget = new FairBudget(capacity, 0, TimeProvider.System);
        Assert.Equal(expected, string.Concat(amounts.Split(' ').Select(amount => budget.TryTake(long.Parse(amount, System.Globalization.CultureInfo.InvariantCulture)) ? '+' : '-')));
    }

    [Fact]
    public async Task Who_waits_is_served_in_turn_and_nobody_slips_past()
    {
        var budget = new FairBudget(10, 2, TimeProvider.System);
        Assert.True(budget.TryTake(8));
        var large = budget.TakeAsync(9, _long).AsTask();
        var small = budget.TakeAsync(1, _long).AsTask();

        // There is room for it, but the others came first; and the line is full.
        Assert.False(budget.TryTake(1));
        Assert.False(await budget.TakeAsync(1, _long));
        Assert.Equal((8, 2), (budget.Taken, budget.Waiting));

        budget.Give(8);
        Assert.True(await large);
        Assert.True(await small);
        Assert.Equal((10, 0), (budget.Taken, budget.Waiting));
        budget.Give(9);
        Assert.True(budget.TryTake(9));
    }

    [Fact]
    public async Task Who_has_waited_long_enough_leaves_and_lets_the_next_one_in()
    {
        var budget = new FairBudget(10, 8, TimeProvider.System);
        Assert.True(budget.TryTake(8));
        var large = budget.TakeAsync(9, TimeSpan.FromMilliseconds(50)).AsTask();
        var small = budget.TakeAsync(2, _long).AsTask();
        Assert.False(await large);
        Assert.True(await small);
        Assert.Equal((10, 0), (budget.Taken, budget.Waiting));
    }

    [Theory]
    [InlineData(11, 60)]
    [InlineData(10, 0)]
    [InlineData(10, -1)]
    public async Task Who_can_never_be_served_or_has_no_time_does_not_wait(long amount, int seconds)
    {
        var budget = new FairBudget(10, 8, TimeProvider.System);
        Assert.True(budget.TryTake(1));
        Assert.False(await budget.TakeAsync(amount, TimeSpan.FromSeconds(seconds)));
        Assert.Equal((1, 0), (budget.Taken, budget.Waiting));
    }

    /// <summary>Against a list that is gone through by hand: as much is taken, as many wait, and the same ones are served.</summary>
    [Fact]
    public void Whatever_is_taken_and_given_back_the_bound_holds_and_the_order_is_kept()
    {
        var steps = Gen.Choose(-4, 12).ArrayOf(40).ToArbitrary();
        Prop.ForAll(steps, Follow).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

        static void Follow(int[] steps)
        {
            const int capacity = 10;
            const int line = 4;
            var budget = new FairBudget(capacity, line, TimeProvider.System);
            var held = new List<int>();
            var waiting = new Queue<(int Amount, Task<bool> Turn)>();
            foreach (var step in steps)
            {
                if (step <= 0)
                {
                    // Something is given back.
                    if (held.Count > 0)
                    {
                        var given = held[-step % held.Count];
                        held.Remove(given);
                        budget.Give(given);
                    }
                }
                else
                {
                    var fits = waiting.Count == 0 && held.Sum() + step <= capacity;
                    Assert.Equal(fits, budget.TryTake(step));
                    if (fits)
                    {
                        held.Add(step);
                    }
                    else
                    {
                        var turn = budget.TakeAsync(step, _long).AsTask();
                        if (step > capacity || waiting.Count == line)
                        {
                            Assert.True(turn is { IsCompleted: true, Result: false });
                        }
                        else
                        {
                            waiting.Enqueue((step, turn));
                        }
                    }
                }

                while (waiting.TryPeek(out var first) && held.Sum() + first.Amount <= capacity)
                {
                    held.Add(first.Amount);
                    Assert.True(waiting.Dequeue().Turn.GetAwaiter().GetResult());
                }

                Assert.Equal((held.Sum(), waiting.Count), (budget.Taken, budget.Waiting));
                Assert.All(waiting, each => Assert.False(each.Turn.IsCompleted));
            }
        }
    }

    [Fact]
    public async Task Many_at_a_time_never_take_more_than_there_is_and_all_come_to_an_end()
    {
        const int capacity = 7;
        var budget = new FairBudget(capacity, 1000, TimeProvider.System);
        var (taken, most, had) = (0L, 0L, 0);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 2000; i++)
            {
                var amount = random.Next(1, capacity + 1);

                // Some have no patience: what they gave up must not be lost.
                if (budget.TryTake(amount) || await budget.TakeAsync(amount, random.Next(4) == 0 ? TimeSpan.FromTicks(random.Next(2000)) : _long))
                {
                    var now = Interlocked.Add(ref taken, amount);
                    Interlocked.Increment(ref had);
                    InterlockedMax(ref most, now);
                    if (random.Next(8) == 0)
                    {
                        await Task.Yield();
                    }

                    Interlocked.Add(ref taken, -amount);
                    budget.Give(amount);
                }
            }
        })));
        Assert.InRange(most, 1, capacity);
        Assert.InRange(had, 16_000, 32_000);
        Assert.Equal((0, 0), (budget.Taken, budget.Waiting));
    }

    private static void InterlockedMax(ref long most, long value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
