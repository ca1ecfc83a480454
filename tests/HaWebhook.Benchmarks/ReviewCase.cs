namespace HaWebhook.Benchmarks;

internal enum ReviewSize
{
    Small,
    FourKilobytes,
    OneMegabyte,
}

/// <summary>One recorded AdmissionReview and the endpoint it is sent to.</summary>
internal sealed record ReviewCase(ReviewSize Size, string Endpoint, string Subject, string File)
{
    /// <summary>What the load generators post. The API server always says how long it will wait.</summary>
    public string PathAndQuery => Endpoint + "?timeout=10s";

    public byte[] Body { get; } = System.IO.File.ReadAllBytes(File);

    public string Title => $"`{Endpoint}` {Subject}, {Body.Length:N0} bytes";

    public static IReadOnlyList<ReviewCase> LoadAll() =>
    [
        Load(ReviewSize.Small, "/validate", "scale", "scale-three-to-one.deployments-scale.update.admin.validate"),
        Load(ReviewSize.Small, "/mutate", "small Deployment", "two-replicas.deployments.create.admin.mutate"),
        Load(ReviewSize.FourKilobytes, "/validate", "Deployment", "api-gateway.deployments.create.admin.validate"),
        Load(ReviewSize.FourKilobytes, "/mutate", "Deployment", "api-gateway.deployments.create.admin.mutate"),
        Load(ReviewSize.OneMegabyte, "/validate", "big Deployment", "big.deployments.create.admin.validate"),
        Load(ReviewSize.OneMegabyte, "/mutate", "big Deployment", "big.deployments.create.admin.validate"),
    ];

    public override string ToString() => Title;

    private static ReviewCase Load(ReviewSize size, string endpoint, string subject, string name) =>
        new(size, endpoint, subject, Path.Combine(AppContext.BaseDirectory, "Reviews", name + ".json"));
}
