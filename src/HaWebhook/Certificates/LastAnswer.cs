using System.Text.Json.Nodes;

namespace HaWebhook.Certificates;

/// <summary>What was made of the API server's last answer: every look gets the same one, as a rule, and need not take it apart again.</summary>
/// <typeparam name="T">What is made of an object.</typeparam>
internal sealed class LastAnswer<T>
    where T : class
{
    private ReadOnlyMemory<byte> _answer;
    private T? _made;

    /// <summary>Makes something of an answer; what the last time was made of it, where not a byte has changed.</summary>
    /// <exception cref="InvalidDataException">It is no object.</exception>
    public T Read(ReadOnlyMemory<byte> answer, Func<JsonObject, T> make)
    {
        if (_made is { } made && answer.Span.SequenceEqual(_answer.Span))
        {
            return made;
        }

        var result = make(ApiJson.Read(answer));
        (_answer, _made) = (answer, result);
        return result;
    }
}
