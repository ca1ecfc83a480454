using System.Text;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Fuzzing.Trees;

namespace HaWebhook.Fuzzing.Bypass;

/// <summary>The same review in other bytes.</summary>
internal static class WritingMutations
{
    private static readonly byte[][] _trailers = ["\n"u8.ToArray(), " \r\n\t"u8.ToArray(), "\n\n"u8.ToArray()];

    private static readonly byte[][] _garbage =
    [
        "{}"u8.ToArray(), "x"u8.ToArray(), "\0"u8.ToArray(), ","u8.ToArray(), "]"u8.ToArray(), "}"u8.ToArray(), "\uFEFF"u8.ToArray(),
        """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}"""u8.ToArray(),
    ];

    /// <summary>Strings that are no UTF-8 or no Unicode: overlong forms, lone continuations, surrogates.</summary>
    private static readonly byte[][] _texts =
    [
        [(byte)'"', 0xC0, 0xAF, (byte)'"'], [(byte)'"', 0xE0, 0x80, 0xA2, (byte)'"'], [(byte)'"', 0xF0, 0x80, 0x80, 0xA2, (byte)'"'],
        [(byte)'"', 0xC0, 0xA2, (byte)'"'], [(byte)'"', 0x80, (byte)'"'], [(byte)'"', 0xFF, 0xFE, (byte)'"'], [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'],
        "\"\\ud800\""u8.ToArray(), "\"\\udc00\\ud800\""u8.ToArray(), "\"\\u0000\""u8.ToArray(), "\"\\uFFFE\""u8.ToArray(), "\"\\x\""u8.ToArray(),
    ];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("keys in another order", static (ReviewDraft draft, ref FuzzRandom random) => draft.Write(WritingStyle.KeyOrder, ref random)),
        new("white space", static (ReviewDraft draft, ref FuzzRandom random) => draft.Write(WritingStyle.WhiteSpace, ref random)),
        new("escapes", static (ReviewDraft draft, ref FuzzRandom random) => draft.Write(WritingStyle.Escapes, ref random)),
        new("numbers written otherwise", Numbers),
        new("white space at the end", static (ReviewDraft draft, ref FuzzRandom random) => draft.Encode = Append(random.Pick(_trailers))),
        new("something at the end", Garbage),
        new("another encoding", Encodings),
        new("text that is no Unicode", NoUnicode),
    ];

    private static void Numbers(ReviewDraft draft, ref FuzzRandom random)
    {
        draft.Write(WritingStyle.Numbers, ref random);
        draft.MayBeRefused = true;
    }

    private static void Garbage(ReviewDraft draft, ref FuzzRandom random)
    {
        draft.Encode = Append(random.Pick(_garbage));
        draft.MayBeRefused = true;
    }

    private static void Encodings(ReviewDraft draft, ref FuzzRandom random)
    {
        draft.MayBeRefused = true;
        draft.Encode = random.Next(5) switch
        {
            0 => static bytes => [.. Encoding.UTF8.Preamble, .. bytes],
            1 => static bytes => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(bytes)),
            2 => static bytes => [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(bytes))],
            3 => static bytes => Encoding.UTF32.GetBytes(Encoding.UTF8.GetString(bytes)),
            _ => static bytes => [0, 0, .. bytes],
        };
    }

    private static void NoUnicode(ReviewDraft draft, ref FuzzRandom random)
    {
        draft.MayBeRefused = true;
        var text = Tree.Of(random.Pick(_texts));
        switch (random.Next(4))
        {
            case 0:
                draft.Metadata.Add("x-text", text);
                break;
            case 1:
                draft.Metadata.Edit("labels").Add("x-text", text);
                break;
            case 2:
                draft.Subject.Edit("status").Set("text", text);
                break;
            default:
                draft.Request.Edit("userInfo").Set("uid", text);
                break;
        }
    }

    private static Func<byte[], byte[]> Append(byte[] trailer) => bytes => [.. bytes, .. trailer];
}
