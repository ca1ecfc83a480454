using HaWebhook.Admission;

namespace HaWebhook.Tests.Admission;

/// <summary>What is booked for a body is what it takes.</summary>
public sealed class LentArrayTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData((256 << 10) + 1, 512 << 10)]
    [InlineData(1 << 20, 1 << 20)]
    [InlineData((1 << 20) + 1, (1 << 20) + (128 << 10))]
    [InlineData(17 << 20, 18 << 20)]
    [InlineData((32 << 20) + 1, 36 << 20)]
    [InlineData(48 << 20, 48 << 20)]
    public void Room_is_booked_in_steps(int length, int size) => Assert.Equal(size, LentArray.SizeFor(length));

    [Fact]
    public void An_array_is_as_long_as_what_was_booked_for_it()
    {
        var arrays = new LargeArrays();
        for (var length = (1 << 20) + 1; length <= 48 << 20; length += 3 << 20)
        {
            var (size, larger) = (LentArray.SizeFor(length), LentArray.SizeFor(Math.Min(length + (length / 3), 48 << 20)));
            Assert.InRange(size, length, length + (length / 8));

            // One that is longer lies there, and is not for this.
            arrays.Return(new byte[larger]);
            Assert.Equal(size, arrays.Rent(size).Length);
        }
    }

    [Fact]
    public void What_was_given_back_is_used_again()
    {
        var arrays = new LargeArrays();
        var array = arrays.Rent(LentArray.SizeFor(17 << 20));
        arrays.Return(array);
        Assert.Same(array, arrays.Rent(LentArray.SizeFor((17 << 20) + 1000)));
    }
}
