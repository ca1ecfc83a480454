using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Json;

namespace HaWebhook.Policy.Tests.Json;

public class JsonBracketsTests
{
    [Theory]
    [InlineData("}", 0)]
    [InlineData("]", 0)]
    [InlineData("\"a\":1}", 5)]
    [InlineData("{}}", 2)]
    [InlineData("\"}\"}", 3)]
    [InlineData("\"\\\"}\"}", 5)]
    [InlineData("\"\\\\\"}", 4)]
    [InlineData("{", -1)]
    [InlineData("\"}", -1)]
    [InlineData("", -1)]
    public void TheClosingBracket_IsFound(string text, int expected) => Assert.Equal(expected, JsonBrackets.FindEnd(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void BlocksAndBytes_AgreeOnStringsOfEveryKind()
    {
        string[] pieces = ["{", "[", "{", "[", "}", "]", ",", "\"a\"", "\"}\"", "\"{\"", "\"\\\"\"", "\"\\\\\"", "\"\\\\\\\"]\"", "\"" + new string('x', 70) + "\""];
        var texts = Gen.Elements(pieces).ArrayOf(200).Select(chosen => string.Concat(chosen));
        Prop.ForAll(texts.ToArbitrary(), text => JsonBrackets.FindEnd(Encoding.UTF8.GetBytes(text)) == Naive(text)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void BlocksWithoutBackslashes_AgreeWithBytes()
    {
        var texts = Gen.Elements("{[{[{[}]\"a ,:bcdefgh".ToCharArray()).ArrayOf(700).Select(characters => new string(characters));
        Prop.ForAll(texts.ToArbitrary(), text => JsonBrackets.FindEnd(Encoding.UTF8.GetBytes(text)) == Naive(text)).QuickCheckThrowOnFailure();
    }

    private static int Naive(string text)
    {
        var depth = 1;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                for (i++; i < text.Length && text[i] != '"'; i++)
                {
                    i += text[i] == '\\' ? 1 : 0;
                }
            }
            else if ("{[".Contains(text[i], StringComparison.Ordinal))
            {
                depth++;
            }
            else if ("}]".Contains(text[i], StringComparison.Ordinal) && --depth == 0)
            {
                return i;
            }
        }

        return -1;
    }
}
