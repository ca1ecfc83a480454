namespace HaWebhook.Kubernetes.Connection;

/// <summary>Reads the warnings of an answer: <c>Warning: 299 - "text"</c>, one header for each (RFC 7234, section 5.5).</summary>
internal static class WarningTexts
{
    /// <summary>The code of all warnings that an API server sends.</summary>
    private const int MiscellaneousPersistentWarning = 299;

    /// <summary>Tells each warning, without quotes and control characters. What is not of this form is no API server's, and left out.</summary>
    public static void Tell(HttpResponseMessage response, Action<string>? warned)
    {
        if (warned is null)
        {
            return;
        }

        foreach (var warning in response.Headers.Warning)
        {
            if (warning.Code == MiscellaneousPersistentWarning)
            {
                warned(ApiErrors.Printable(Unquoted(warning.Text)));
            }
        }
    }

    private static string Unquoted(string quoted)
    {
        var text = new System.Text.StringBuilder(quoted.Length);
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            // A backslash stands before a quote or another backslash, and takes the place of neither.
            i += quoted[i] == '\\' && i < quoted.Length - 2 ? 1 : 0;
            text.Append(quoted[i]);
        }

        return text.ToString();
    }
}
