using System.Text;
using System.Text.Json;
using HaWebhook.Policy.Json;

namespace HaWebhook.Policy.Tests.Json;

/// <summary>The tokenizer against .NET's own reader: the same tokens at the same places, and no to the same texts.</summary>
public class JsonTokenizerTests
{
    private const string Alphabet = "{}[]:,\"\\ \n\t\r01289-+.eEtrufalsn/bx\u0001é😀";

    private static readonly string[] _scalars =
    [
        "null", "true", "false", "0", "-0", "1", "-12", "3.25", "1e5", "1E-7", "-0.5e+3", "12345678901234567890",
        "\"\"", "\"a\"", "\"fifteen letters\"", "\"sixteen letters!\"", "\"a string that is longer than one block of bytes\"",
        "\"é😀\"", "\"\\\"\"", "\"\\\\\"", "\"\\u00e9\\ud83d\\ude00\"", "\"behind sixteen letters \\n \\/ \\b\"",
        "\"" + string.Concat(Enumerable.Repeat("{\\\"key\\\":\\\"\\\\value\\\\\\\"}", 9)) + "\"",
    ];

    [Theory]
    [InlineData("01")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("+1")]
    [InlineData("tru")]
    [InlineData("nulll")]
    [InlineData("[1,]")]
    [InlineData("[,1]")]
    [InlineData("[1 2]")]
    [InlineData("[1}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{,\"a\":1}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{\"a\":}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\":1]")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"\\u123\"")]
    [InlineData("\"\\")]
    [InlineData("\"a\nb\"")]
    [InlineData("\"open")]
    [InlineData("\"open, and longer than one block")]
    [InlineData("\uFEFF1")]
    [InlineData("1 1")]
    public void What_is_no_JSON_is_refused(string text)
    {
        Assert.Null(ByReader(Encoding.UTF8.GetBytes(text)));
        Assert.Null(ByTokenizer(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Any_text_has_the_same_tokens_as_for_the_reader()
    {
        var random = new Random(17);
        for (var i = 0; i < 20_000; i++)
        {
            var text = Encoding.UTF8.GetBytes(Value(random, 4));
            Assert.Equal(ByReader(text), ByTokenizer(text));
            Assert.NotNull(ByTokenizer(text));
        }
    }

    [Fact]
    public void Any_damaged_text_is_judged_as_the_reader_judges_it()
    {
        var random = new Random(18);
        var refused = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var text = Encoding.UTF8.GetBytes(Damaged(random, Value(random, 3)));
            var expected = ByReader(text);
            Assert.Equal(expected, ByTokenizer(text));
            refused += expected is null ? 1 : 0;
        }

        Assert.InRange(refused, 10_000, 49_000);
    }

    [Fact]
    public void Nesting_beyond_the_API_servers_limit_is_refused()
    {
        Assert.NotNull(ByTokenizer(Encoding.UTF8.GetBytes(new string('[', 10_064) + new string(']', 10_064))));
        Assert.Null(ByTokenizer(Encoding.UTF8.GetBytes(new string('[', 10_065) + new string(']', 10_065))));
    }

    private static string Value(Random random, int depth)
    {
        string Space() => random.Next(4) == 0 ? " \n\t\r "[..random.Next(5)] : "";
        string Scalar() => _scalars[random.Next(_scalars.Length)];
        string Name() => _scalars[random.Next(12, _scalars.Length)];
        string Items(Func<string> item) => string.Join(Space() + ",", Enumerable.Range(0, random.Next(4)).Select(_ => item()));

        var value = depth == 0 ? Scalar() : random.Next(3) switch
        {
            0 => $"{{{Items(() => $"{Space()}{Name()}{Space()}:{Value(random, depth - 1)}")}{Space()}}}",
            1 => $"[{Items(() => Value(random, depth - 1))}{Space()}]",
            _ => Scalar(),
        };
        return Space() + value + Space();
    }

    private static string Damaged(Random random, string text)
    {
        var builder = new StringBuilder(text);
        for (var times = random.Next(1, 3); times > 0 && builder.Length > 0; times--)
        {
            var at = random.Next(builder.Length);
            switch (random.Next(3))
            {
                case 0:
                    builder.Remove(at, 1);
                    break;
                case 1:
                    builder.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                default:
                    builder[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
            }
        }

        return builder.ToString();
    }

    /// <summary>Each token with its place; null where the text is refused.</summary>
    private static List<(JsonTokenType Type, long Start)>? ByReader(byte[] text)
    {
        List<(JsonTokenType, long)> tokens = [];
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
                tokens.Add((reader.TokenType, reader.TokenStartIndex));
            }

            return tokens;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<(JsonTokenType Type, long Start)>? ByTokenizer(byte[] text)
    {
        List<(JsonTokenType, long)> tokens = [];
        var tokenizer = new JsonTokenizer(text);
        try
        {
            tokenizer.ReadValue();
            Walk(ref tokenizer, tokens);
            return tokenizer.IsAtEnd() ? tokens : null;
        }
        catch (Exception exception) when (exception is MalformedJsonException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whoever reads a string with escapes checks them.</summary>
    private static void CheckEscapes(JsonTokenizer tokenizer, ReadOnlySpan<byte> text)
    {
        if (tokenizer.IsEscaped)
        {
            new Utf8JsonReader([(byte)'"', .. text, (byte)'"']).Read();
        }
    }

    private static void Walk(ref JsonTokenizer tokenizer, List<(JsonTokenType Type, long Start)> tokens)
    {
        tokens.Add((tokenizer.Type, tokenizer.Start));
        switch (tokenizer.Type)
        {
            case JsonTokenType.StartObject:
                while (tokenizer.ReadName(out var name))
                {
                    CheckEscapes(tokenizer, name);
                    tokens.Add((tokenizer.Type, tokenizer.Start));
                    tokenizer.ReadValue();
                    Walk(ref tokenizer, tokens);
                }

                break;
            case JsonTokenType.StartArray:
                while (tokenizer.ReadItem())
                {
                    Walk(ref tokenizer, tokens);
                }

                break;
            case JsonTokenType.String:
                CheckEscapes(tokenizer, tokenizer.Value);
                return;
            default:
                return;
        }

        tokens.Add((tokenizer.Type, tokenizer.Start));
    }
}
