using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

public class AllowedDisruptionsTests
{
    [Theory]
    [InlineData("", "1", 2, 2, 1)]
    [InlineData("", "1", 3, 2, 0)]
    [InlineData("", "1", 3, 1, 0)]
    [InlineData("", "1", 1, 1, 1)]
    [InlineData("", "0", 3, 3, 0)]
    [InlineData("", "0%", 3, 3, 0)]
    [InlineData("", "1%", 3, 3, 1)]
    [InlineData("", "50%", 2, 2, 1)]
    [InlineData("", "51%", 2, 2, 2)]
    [InlineData("", "100%", 3, 3, 3)]
    [InlineData("", "5", 3, 3, 3)]
    [InlineData("", "2147483647%", int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData("1", "", 2, 2, 1)]
    [InlineData("2", "", 2, 2, 0)]
    [InlineData("5", "", 2, 2, 0)]
    [InlineData("1", "", 3, 3, 2)]
    [InlineData("0", "", 3, 3, 3)]
    [InlineData("0%", "", 3, 3, 3)]
    [InlineData("50%", "", 1, 1, 0)]
    [InlineData("50%", "", 2, 2, 1)]
    [InlineData("50%", "", 3, 3, 1)]
    [InlineData("51%", "", 2, 2, 0)]
    [InlineData("99%", "", 99, 99, 0)]
    [InlineData("99%", "", 100, 100, 1)]
    [InlineData("100%", "", 100, 100, 0)]
    [InlineData("2147483647%", "", int.MaxValue, int.MaxValue, 0)]
    [InlineData("1", "0", 3, 3, 0)]
    [InlineData("3", "2", 3, 3, 2)]
    [InlineData("", "", 3, 3, 0)]
    [InlineData("0", "", 0, 0, 0)]
    [InlineData("", "100%", 0, 0, 0)]
    [InlineData("1", "", 2, 5, 4)]
    public void Budget_LetsSoManyPodsGo(string minAvailable, string maxUnavailable, int expected, int healthy, int allowed) =>
        Assert.Equal(allowed, Budget(minAvailable, maxUnavailable).AllowedDisruptions(expected, healthy));

    [Fact]
    public void Percentages_AgreeWithDecimalArithmetic()
    {
        var property = Prop.ForAll(
            Arb.From(Gen.Choose(0, 100)),
            Arb.From(Gen.Choose(1, 100_000)),
            Arb.From(Gen.Choose(0, 100_000)),
            (percent, expected, healthy) =>
            {
                var share = (int)decimal.Ceiling(expected * (percent / 100m));
                return Budget($"{percent}%", "").AllowedDisruptions(expected, healthy) == Math.Max(0, healthy - share)
                    && Budget("", $"{percent}%").AllowedDisruptions(expected, healthy) == Math.Max(0, healthy - (expected - share));
            });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), property);
    }

    [Fact]
    public void WhatMayGoOneAfterTheOther_IsWhatMayGoAtOnce()
    {
        var amounts =
            from value in Gen.Choose(0, 120)
            from isPercent in Gen.Elements(true, false)
            select new IntOrPercent(value, isPercent).ToString();
        var property = Prop.ForAll(
            Arb.From(amounts),
            Arb.From(Gen.Elements(true, false)),
            Arb.From(Gen.Choose(1, 150)),
            (amount, isMinimum, replicas) =>
            {
                var budget = isMinimum ? Budget(amount, "") : Budget("", amount);
                var gone = 0;
                while (budget.AllowedDisruptions(replicas, replicas - gone) > 0)
                {
                    gone++;
                }

                return gone == budget.AllowedDisruptions(replicas, replicas);
            });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), property);
    }

    private static PodDisruptionBudget Budget(string minAvailable, string maxUnavailable) => new()
    {
        ApiVersion = "policy/v1",
        Kind = "PodDisruptionBudget",
        Metadata = new() { Name = "web" },
        MinAvailable = minAvailable.Length == 0 ? null : IntOrPercent.Parse(minAvailable),
        MaxUnavailable = maxUnavailable.Length == 0 ? null : IntOrPercent.Parse(maxUnavailable),
    };
}
