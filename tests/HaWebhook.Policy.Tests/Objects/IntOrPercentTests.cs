using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

public class IntOrPercentTests
{
    [Theory]
    [InlineData("25%", 3, 1, 0)]
    [InlineData("25%", 4, 1, 1)]
    [InlineData("25%", 10, 3, 2)]
    [InlineData("0%", 3, 0, 0)]
    [InlineData("1%", 1, 1, 0)]
    [InlineData("1%", 100, 1, 1)]
    [InlineData("1%", 101, 2, 1)]
    [InlineData("33%", 3, 1, 0)]
    [InlineData("34%", 3, 2, 1)]
    [InlineData("50%", 1, 1, 0)]
    [InlineData("50%", 2, 1, 1)]
    [InlineData("50%", 3, 2, 1)]
    [InlineData("99%", 1, 1, 0)]
    [InlineData("100%", 1, 1, 1)]
    [InlineData("100%", 3, 3, 3)]
    [InlineData("150%", 3, 5, 4)]
    [InlineData("25%", 0, 0, 0)]
    [InlineData("0", 3, 0, 0)]
    [InlineData("2", 3, 2, 2)]
    [InlineData("5", 3, 5, 5)]
    public void Share_IsRoundedAsKubernetesRoundsIt(string text, int total, int up, int down)
    {
        var value = IntOrPercent.Parse(text)!.Value;

        Assert.Equal(up, value.Of(total, roundUp: true));
        Assert.Equal(down, value.Of(total, roundUp: false));
    }

    [Theory]
    [InlineData("0", 0, false)]
    [InlineData("1", 1, false)]
    [InlineData("007", 7, false)]
    [InlineData("2147483647", int.MaxValue, false)]
    [InlineData("0%", 0, true)]
    [InlineData("25%", 25, true)]
    [InlineData("025%", 25, true)]
    [InlineData("250%", 250, true)]
    public void Text_IsRead(string text, int value, bool isPercent) => Assert.Equal(new IntOrPercent(value, isPercent), IntOrPercent.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("%25")]
    [InlineData("25%%")]
    [InlineData("25 %")]
    [InlineData(" 25%")]
    [InlineData("25% ")]
    [InlineData("-1")]
    [InlineData("-1%")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1.5%")]
    [InlineData("1e1")]
    [InlineData("1,000")]
    [InlineData("2147483648")]
    [InlineData("2147483648%")]
    [InlineData("٢٥%")]
    [InlineData("one")]
    [InlineData("25\0")]
    [InlineData("25\0%")]
    public void TextThatIsNeither_IsNotRead(string text) => Assert.Null(IntOrPercent.Parse(text));

    [Theory]
    [InlineData("1")]
    [InlineData("25%")]
    public void Text_ComesBackAsItWas(string text) => Assert.Equal(text, IntOrPercent.Parse(text)!.Value.ToString());

    [Fact]
    public void Share_AgreesWithDecimalArithmetic()
    {
        var property = Prop.ForAll(
            Arb.From(Gen.Choose(0, 1_000)),
            Arb.From(Gen.Choose(0, 2_000_000)),
            (percent, total) =>
            {
                var exact = percent / 100m * total;
                var value = new IntOrPercent(percent, IsPercent: true);
                return value.Of(total, roundUp: true) == (int)decimal.Ceiling(exact) && value.Of(total, roundUp: false) == (int)decimal.Floor(exact);
            });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), property);
    }
}
