using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using HaWebhook.Fuzzing.Running;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Damages bytes, mostly where their structure shows.</summary>
/// <param name="tokens">What is put in: pieces that mean something to the reader.</param>
internal sealed class Damage(IReadOnlyList<byte[]> tokens)
{
    private const int LongestPiece = 60;

    private static readonly string[] _numbers =
    [
        "1e400", "-1e-400", "9223372036854775808", "2147483648", "-2147483649", "0.1", "-0", "00", "1e", "1.", ".5", "0x10", "0b1", "1_000", "+1", "NaN", "Infinity",
        "99999999999999999999999999999999999999", "1.0", "10e-1",
    ];

    private static readonly byte[][] _noUnicode =
    [
        [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80], [0x80], [0xFF], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0], [0x1B], [0xC2, 0x85], [0xE2, 0x80, 0xA8],
        "\\ud800"u8.ToArray(), "\\udc00"u8.ToArray(), "\\ud83d\\ude00"u8.ToArray(), "\\u0000"u8.ToArray(), "\\"u8.ToArray(), "\\u12"u8.ToArray(), "\\x"u8.ToArray(),
    ];

    private static readonly SearchValues<byte> _structure = SearchValues.Create("{}[]\":,-#&*!|>'\n"u8);

    private readonly List<byte> _bytes = [];

    /// <summary>What it can do.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "a flipped bit", "another byte", "a cut", "a copied piece", "a piece of another input", "tokens", "another number", "no Unicode", "broken off", "nested deep",
        "a long text", "the same line again", "tokens", "a cut",
    ];

    /// <summary>The input of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="inputs">What it starts from.</param>
    public ReadOnlyMemory<byte> Apply(FuzzPlan plan, IReadOnlyList<byte[]> inputs)
    {
        _bytes.Clear();
        _bytes.AddRange(inputs[plan.Start]);
        foreach (var step in plan.Steps)
        {
            var random = new FuzzRandom(step.Seed);
            Apply(step.Mutation, inputs, ref random);
        }

        return _bytes.ToArray();
    }

    private void Apply(int mutation, IReadOnlyList<byte[]> inputs, ref FuzzRandom random)
    {
        var position = Position(ref random);
        var length = Math.Min(random.Between(1, LongestPiece), _bytes.Count - position);
        switch (mutation)
        {
            case 0 when length > 0:
                _bytes[position] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when length > 0:
                _bytes[position] = (byte)random.Next(256);
                break;
            case 2 or 13:
                _bytes.RemoveRange(position, length);
                break;
            case 3:
                Insert(Position(ref random), CollectionsMarshal.AsSpan(_bytes).Slice(position, length).ToArray());
                break;
            case 4:
                InsertPiece(position, random.Pick(inputs), ref random);
                break;
            case 5 or 12:
                Insert(position, random.Pick(tokens));
                break;
            case 6:
                Number(Encoding.ASCII.GetBytes(random.Pick(_numbers)), ref random);
                break;
            case 7:
                Insert(position, random.Pick(_noUnicode));
                break;
            case 8:
                _bytes.RemoveRange(position, _bytes.Count - position);
                break;
            case 9:
                Nest(position, ref random);
                break;
            case 10:
                var text = new byte[random.OneIn(100) ? 200_000 : random.Between(200, 5_000)];
                text.AsSpan().Fill((byte)random.Between('a', 'z'));
                Insert(position, text);
                break;
            case 11:
                RepeatLine(position, ref random);
                break;
        }
    }

    /// <summary>Any position; mostly one where something begins or ends.</summary>
    private int Position(ref FuzzRandom random)
    {
        var position = random.Next(_bytes.Count + 1);
        if (random.OneIn(3))
        {
            return position;
        }

        var next = CollectionsMarshal.AsSpan(_bytes)[position..].IndexOfAny(_structure);
        return next < 0 || next > 200 ? position : position + next + random.Next(2);
    }

    private void Insert(int position, byte[] piece) => _bytes.InsertRange(position, piece);

    private void InsertPiece(int position, byte[] other, ref FuzzRandom random)
    {
        var start = random.Next(other.Length + 1);
        Insert(position, other[start..Math.Min(other.Length, start + random.Between(1, 400))]);
    }

    private void Number(byte[] number, ref FuzzRandom random)
    {
        var bytes = CollectionsMarshal.AsSpan(_bytes);
        var start = random.Next(bytes.Length + 1);
        var digit = bytes[start..].IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digit < 0)
        {
            return;
        }

        var end = bytes[(start + digit)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        _bytes.RemoveRange(start + digit, end < 0 ? bytes.Length - start - digit : end);
        Insert(start + digit, number);
    }

    private void Nest(int position, ref FuzzRandom random)
    {
        var (opening, closing) = random.Next(4) switch { 0 => ("{\"a\":", "}"), 1 => ("- ", ""), 2 => ("{a: ", "}"), _ => ("[", "]") };
        var depth = random.OneIn(20) ? 12_000 : random.Between(2, 300);
        var isClosed = random.OneIn(2);
        Insert(position, Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat(opening, depth)) + "1" + (isClosed ? string.Concat(Enumerable.Repeat(closing, depth)) : "")));
    }

    private void RepeatLine(int position, ref FuzzRandom random)
    {
        var bytes = CollectionsMarshal.AsSpan(_bytes);
        var start = bytes[..position].LastIndexOf((byte)'\n') + 1;
        var end = bytes[position..].IndexOf((byte)'\n');
        var line = bytes[start..(end < 0 ? bytes.Length : position + end + 1)].ToArray();
        for (var i = random.OneIn(50) ? 500 : random.Between(1, 3); i > 0 && line.Length < 2_000; i--)
        {
            Insert(start, line);
        }
    }
}
