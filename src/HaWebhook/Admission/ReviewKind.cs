namespace HaWebhook.Admission;

/// <summary>Which of the two webhooks the API server calls.</summary>
internal enum ReviewKind
{
    /// <summary><c>/validate</c>: may object, may not change anything.</summary>
    Validate,

    /// <summary><c>/mutate</c>: fills in, never objects to what is there.</summary>
    Mutate,
}
