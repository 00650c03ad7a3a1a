import { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { contentSecurityPolicyWith } from '../console-headers.ts';
import { apiBase } from '../topology.ts';
import { acknowledge } from './acknowledge.ts';
import type { PageBucket } from './page-bucket.ts';
import type { Settings } from './settings.ts';

export interface ConsoleDistributionProps {
  readonly settings: NonNullable<Settings['console']>;
  readonly stage: string;
  readonly issuer: string;
  readonly apiDomainName: string;
  readonly page: PageBucket;
  readonly logs: IBucket;
}

/** The page and its API on one origin: TLS alone, strict headers, and every request in the log. */
export class ConsoleDistribution extends Construct {
  readonly domainName: string;

  constructor(scope: Construct, id: string, props: ConsoleDistributionProps) {
    super(scope, id);
    const { settings, stage, page, logs, apiDomainName } = props;
    const common = {
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      responseHeadersPolicy: this.headers(props),
    };
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Groundswell console, ${stage}`,
      domainNames: [settings.domainName],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultRootObject: page.rootFile,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: 'console/',
      defaultBehavior: {
        ...common,
        origin: S3BucketOrigin.withOriginAccessControl(page.bucket),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        // A new deployment is what the next reader gets.
        cachePolicy: CachePolicy.CACHING_DISABLED,
      },
      additionalBehaviors: { [`${apiBase}/*`]: { ...common, ...this.api(apiDomainName) } },
    });
    acknowledge(
      distribution,
      [
        'AwsSolutions-CFR1',
        'Whoever may sign in may do so from anywhere: a disaster decides where people are.',
      ],
      [
        'AwsSolutions-CFR2',
        'Without a token there are static files alone, and API Gateway bounds what the API is asked; a web ACL would have to stand in us-east-1.',
      ],
    );
    this.domainName = distribution.distributionDomainName;
  }

  /** The API behind the page's own origin: the token passes, the host does not, nothing is cached. */
  private api(domainName: string): BehaviorOptions {
    return {
      origin: new HttpOrigin(domainName, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    };
  }

  private headers({ settings, stage, issuer }: ConsoleDistributionProps): ResponseHeadersPolicy {
    const signIn = [...new Set([new URL(issuer).origin, ...settings.tokenOrigins])];
    const override = true;
    return new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: `groundswell-console-${stage}`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicyWith(signIn), override },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          override,
        },
        contentTypeOptions: { override },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
      },
    });
  }
}
