namespace HaWebhook.Serving;

/// <summary>Something that is read from files, and read again when they change.</summary>
internal interface IPolledFile
{
    /// <summary>Looks at the files.</summary>
    void Refresh();
}
