namespace HaWebhook.Policy.Json;

/// <summary>
/// JSON that is not what it should be. The message is one line for the sender; it names fields, never values.
/// </summary>
public sealed class MalformedJsonException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public MalformedJsonException()
    {
    }

    /// <summary>Creates the exception with the line that the sender is to read.</summary>
    public MalformedJsonException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the line that the sender is to read and what caused it.</summary>
    public MalformedJsonException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The field that is wrong, as findings write fields; empty where the JSON as a whole is.</summary>
    public string Field { get; init; } = "";
}
